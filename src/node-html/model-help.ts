import { inputPorts, isOption, type Manifest, outputPorts, type Port, type Variant } from '../models'
import { describeType } from '../types'
import { helpPage, type Property } from './help'
import { escapeHtml } from './html'

/** Every model's node is started and stopped by it. */
const CONTROL: Port = {
  name: 'control',
  property: 'control',
  type: { type: 'category', oneOf: ['start', 'stop', 'status'] },
  optional: true,
  help: 'Starts or stops the node, or shows its figures below it. Such a message is not run.',
}

/** The help of a model's node: its ports as the first variant has them. */
export function modelHelp(manifest: Manifest): string {
  const { node, summary, variants, references = [] } = manifest
  const first = variants[0] as Variant
  const outputs = outputPorts(manifest, first)
  const links = references.map(({ label, url }) => `    <li><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></li>`)
  const more = `  <h3>Details</h3>
  <p>A value in the message goes before the setting of the node. A message that cannot be used is refused in one sentence,
  which a Catch node receives together with the message.</p>
  <p>Models run one message after the other, apart from Node-RED. <b>When busy</b> says what happens to messages that come in
  the meantime: keep all of them, up to a limit beyond which they are refused (several then share a run of the model, where
  that is seen to be faster); keep the latest ones, which suits cameras; or drop the new ones.</p>
  <p>The button left of the node stops it, which takes the model out of memory, and starts it again. So does a message with
  <code>msg.control</code> <i>stop</i> or <i>start</i>; it is not run. A model that two nodes share stays in memory until both are
  stopped. Click the picture or text in the node to see all of it.</p>
  <p>Variants:</p>
  <ul>
${variants.map(({ label, about, licence }) => `    <li><b>${escapeHtml(label)}</b>: ${escapeHtml(about)} Licence: ${escapeHtml(licence)}.</li>`).join('\n')}
  </ul>${links.length > 0 ? `\n  <h3>References</h3>\n  <ul>\n${links.join('\n')}\n  </ul>` : ''}`
  return helpPage(
    node,
    [escapeHtml(summary)],
    [...inputPorts(manifest, first), CONTROL].map(propertyOf),
    outputs.map((ports) => ports.map(propertyOf)),
    outputs.map((ports) => ports.map(({ name }) => name).join(', ')),
    more,
  )
}

function propertyOf(port: Port): Property {
  return {
    property: escapeHtml(port.property),
    type: describeType(port.type),
    optional: isOption(port) || port.optional === true,
    text: escapeHtml(port.help),
  }
}
