import type { InputDeclaration, OutputDeclaration, TypeExpression } from '../flow'
import type { NodeSpec, PortHelp } from '../settings'
import { type HelpWords, helpWords } from './help-words'
import { escapeHtml } from './html'

/** The help for one message property. */
export interface Property {
  property: string
  type: string
  optional: boolean
  /** The explanation, as HTML. */
  text: string
}

/**
 * A node's help in another language, from `locales/<language>/<word>.help.json`. HTML, except for the outputs' names.
 */
export interface TranslatedHelp {
  summary: string
  about?: string
  inputs?: Record<string, string>
  outputs?: readonly Record<string, string>[]
  /** The names of the outputs, for nodes with several. */
  names?: readonly string[]
}

/**
 * A node's help page as HTML, with the sections of Node-RED's own nodes: inputs and outputs from its ports,
 * then the details.
 * @param more HTML at the end, with its own headings
 */
export function helpOf(spec: NodeSpec, more = '', language = 'en-US', own?: TranslatedHelp): string {
  const { type, help, outputs } = spec
  const words = helpWords[language] as HelpWords
  const names = own?.names ?? (Array.isArray(outputs) ? (outputs as readonly string[]) : [])
  const said = (property: Property, text: string | undefined): Property => ({
    ...property,
    type: property.type
      .split(' | ')
      .map((type) => words.types[type] ?? type)
      .join(' | '),
    text: text ?? property.text,
  })
  const given = (help.outputs ?? []).map((port, i) =>
    Object.entries(port).map((entry) => said(outputProperty(spec, i, entry), own?.outputs?.[i]?.[entry[0]])),
  )
  const wanted = Object.entries(help.inputs ?? {}).map((entry) =>
    said(inputProperty(spec, entry), own?.inputs?.[entry[0]]),
  )
  const { summary, about } = own ?? help
  return helpPage(type, [summary, about ?? []].flat(), wanted, given, names, more, words)
}

/** @param more HTML at the end, with its own headings */
export function helpPage(
  type: string,
  paragraphs: readonly string[],
  inputs: Property[],
  outputs: Property[][],
  names: readonly string[],
  more: string,
  words = { inputs: 'Inputs', outputs: 'Outputs' },
): string {
  const sections = [
    ...paragraphs.map((paragraph) => `  <p>${paragraph}</p>`),
    ...(inputs.length > 0 ? [`  <h3>${words.inputs}</h3>\n${properties(inputs)}`] : []),
    ...(outputs.length > 0
      ? [
          `  <h3>${words.outputs}</h3>\n${outputs.length === 1 ? properties(outputs[0] as Property[]) : numbered(outputs, names)}`,
        ]
      : []),
    more.trimEnd(),
  ]
  return `<script type="text/html" data-help-name="${type}">\n${sections.filter(Boolean).join('\n')}\n</script>`
}

function numbered(outputs: Property[][], names: readonly string[]): string {
  const items = outputs.map((port, i) => `    <li>${escapeHtml(names[i] ?? '')}\n${properties(port)}\n    </li>`)
  return `  <ol class="node-ports">\n${items.join('\n')}\n  </ol>`
}

function properties(list: Property[]): string {
  const entries = list.map(
    ({ property, type, optional, text }) =>
      `    <dt${optional ? ' class="optional"' : ''}>${property} <span class="property-type">${escapeHtml(type)}</span></dt>
    <dd>${text}</dd>`,
  )
  return `  <dl class="message-properties">\n${entries.join('\n')}\n  </dl>`
}

function inputProperty({ ports = {}, settings }: NodeSpec, [property, help]: [string, PortHelp]): Property {
  const [first, ...cases] = [ports, ...(ports.cases ?? [])].map(({ inputs = {} }) =>
    Object.entries(inputs as Record<string, InputDeclaration | null>).find(
      ([key]) => propertyOf(key, settings) === property,
    ),
  )
  const declared = (first ?? cases.find(Boolean))?.[1]
  const types = declared ? [declared.type].flat() : []
  return { property, ...typed(help, types), optional: isOptional(help) ?? !(first?.[1] && first[1].required !== false) }
}

function outputProperty(
  { ports = {}, settings }: NodeSpec,
  port: number,
  [property, help]: [string, PortHelp],
): Property {
  const layers = [ports, ...(ports.cases ?? [])].map(({ outputs }) => (outputs?.[port] ?? {}) as OutputDeclaration)
  const found = layers.flatMap((layer) => Object.entries(layer)).find(([key]) => propertyOf(key, settings) === property)
  return { property, ...typed(help, found?.[1] ? [found[1]] : []), optional: isOptional(help) ?? false }
}

/**
 * For `$field`, the default of the setting `field`, which names the property; other keys are the property's
 * name.
 */
function propertyOf(key: string, settings: NodeSpec['settings']): string {
  return key.startsWith('$') ? String(settings[key.slice(1)]?.default) : key
}

const isOptional = (help: PortHelp): boolean | undefined => (typeof help === 'string' ? undefined : help.optional)

function typed(help: PortHelp, types: TypeExpression[]): { type: string; text: string } {
  const { type, text } = typeof help === 'string' ? { type: undefined, text: help } : help
  return { text, type: type ?? types.map(typeInWords).join(' | ') }
}

/** A type under the name that Node-RED's help uses, such as `string` for text. */
function typeInWords(expression: TypeExpression): string {
  const type = expression as { type?: string; oneOf?: string[] | object }
  if (Array.isArray(type.oneOf)) return type.oneOf.join(' | ')
  return WORDS[type.type ?? ''] ?? type.type ?? 'any'
}

const WORDS: Record<string, string> = {
  text: 'string',
  file: 'string',
  category: 'string',
  vector: 'array of numbers',
  segmentation: 'label map',
  record: 'object',
  array: 'array',
}
