import { inputPorts, isOption, type Manifest, outputPorts, type Port, type Variant } from '../models'
import { describeType } from '../types'
import { escapeHtml } from './html'

/** Every model's node is started and stopped by it. */
const CONTROL: Port = {
  name: 'control',
  property: 'control',
  type: { type: 'category', oneOf: ['start', 'stop', 'status'] },
  optional: true,
  help: 'Starts or stops the node, or shows its figures below it. Such a message is not run.',
}

/** The help of a model's node, in the parts that Node-RED's own nodes have. */
export function modelHelp(manifest: Manifest): string {
  const { node, summary, variants, references = [] } = manifest
  const first = variants[0] as Variant
  const outputs = outputPorts(manifest, first)
  const sections = [
    `  <p>${escapeHtml(summary)}</p>`,
    `  <h3>Inputs</h3>\n${properties([...inputPorts(manifest, first), CONTROL])}`,
    `  <h3>Outputs</h3>\n${outputs.length === 1 ? properties(outputs[0] as Port[]) : numbered(outputs)}`,
    `  <h3>Details</h3>
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
  </ul>`,
  ]
  if (references.length > 0) {
    const links = references.map(
      ({ label, url }) => `    <li><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></li>`,
    )
    sections.push(`  <h3>References</h3>\n  <ul>\n${links.join('\n')}\n  </ul>`)
  }
  return `<script type="text/html" data-help-name="${node}">\n${sections.join('\n')}\n</script>`
}

function numbered(outputs: Port[][]): string {
  const items = outputs.map(
    (ports) => `    <li>${escapeHtml(ports.map(({ name }) => name).join(', '))}\n${properties(ports)}\n    </li>`,
  )
  return `  <ol class="node-ports">\n${items.join('\n')}\n  </ol>`
}

function properties(ports: Port[]): string {
  const entries = ports.map((port) => {
    const optional = isOption(port) || port.optional ? ' class="optional"' : ''
    return `    <dt${optional}>${escapeHtml(port.property)} <span class="property-type">${escapeHtml(describeType(port.type))}</span></dt>
    <dd>${escapeHtml(port.help)}</dd>`
  })
  return `  <dl class="message-properties">\n${entries.join('\n')}\n  </dl>`
}
