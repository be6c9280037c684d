import {
  allInputPorts,
  isMask,
  isOption,
  type Manifest,
  type ModelWords,
  outputPorts,
  type Port,
  type Variant,
} from '../models'
import { nameType } from '../types'
import { helpPage, type Property } from './help'
import { type HelpWords, helpWords } from './help-words'
import { escapeHtml } from './html'

/** The `control` input, which starts and stops the node of any model. */
const control = (help: string): Port => ({
  name: 'control',
  property: 'control',
  type: { type: 'category', oneOf: ['start', 'stop', 'status'] },
  optional: true,
  help,
})

/** The help page of a model's node, with the ports of the first variant. */
export function modelHelp(manifest: Manifest, language = 'en-US', own: ModelWords = {}): string {
  const { node, summary, variants, references = [] } = manifest
  const words = helpWords[language] as HelpWords
  const first = variants[0] as Variant
  const outputs = outputPorts(manifest, first)
  const given = { ...own.help, ...own.page?.inputs }
  const links = references.map(({ label, url }) => `    <li><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></li>`)
  const listed = variants.map(({ id, label, about, licence }) => {
    const name = escapeHtml(own.variants?.[id] ?? label)
    return `    <li><b>${name}</b>: ${escapeHtml(own.about?.[id] ?? about)}${words.licence(escapeHtml(licence))}</li>`
  })
  const more = `  <h3>${words.details}</h3>
${words.more.map((paragraph) => `  <p>${paragraph}</p>`).join('\n')}
  <p>${words.variants}</p>
  <ul>
${listed.join('\n')}
  </ul>${links.length > 0 ? `\n  <h3>${words.references}</h3>\n  <ul>\n${links.join('\n')}\n  </ul>` : ''}`
  return helpPage(
    node,
    [escapeHtml(own.page?.summary ?? summary)],
    [...allInputPorts(manifest), control(words.control)].map((port) =>
      variants.some((variant) => isMask(port, variant))
        ? { ...propertyOf(port, given, words), type: maskInWords(words), optional: false }
        : propertyOf(port, given, words),
    ),
    outputs.map((ports) => ports.map((port) => propertyOf(port, own.page?.outputs, words))),
    outputs.map((ports) => ports.map(({ name }) => name).join(', ')),
    more,
    words,
  )
}

const maskInWords = ({ types }: HelpWords): string =>
  ['image', 'label map', 'instances'].map((word) => types[word] ?? word).join(' | ')

function propertyOf(port: Port, texts: Record<string, string> = {}, { language }: HelpWords): Property {
  return {
    property: escapeHtml(port.property),
    type: nameType(port.type, language),
    optional: isOption(port) || port.optional === true,
    text: escapeHtml(texts[port.name] ?? port.help),
  }
}
