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
  help: "Starts or stops the node, or shows its figures below it. The model isn't run for such a message.",
}

/** The help of a model's node: its ports as the first variant has them. */
export function modelHelp(manifest: Manifest): string {
  const { node, summary, variants, references = [] } = manifest
  const first = variants[0] as Variant
  const outputs = outputPorts(manifest, first)
  const links = references.map(({ label, url }) => `    <li><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></li>`)
  const more = `  <h3>Details</h3>
  <p>A value in the message takes precedence over the node's setting. If a message cannot be used, a Catch node receives it
  with a sentence that says why.</p>
  <p>Models run outside Node-RED, one message after the other. <b>When busy</b> decides what happens to messages that arrive in
  the meantime: queue all of them, up to a limit beyond which they cause errors (queued messages are batched when that
  measures faster); keep only the latest, which suits cameras; or discard new ones.</p>
  <p>The button on the left of the node stops it, which unloads the model, and starts it again. So does a message with
  <code>msg.control</code> <i>stop</i> or <i>start</i>. A model that two nodes share stays in memory until both are stopped.
  Click the picture or text in the node to see it in full.</p>
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
