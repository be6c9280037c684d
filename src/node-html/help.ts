import type { InputDeclaration, OutputDeclaration, TypeExpression } from '../flow'
import type { NodeSpec, PortHelp } from '../settings'
import { escapeHtml } from './html'

/** What a page of help says of one message property. */
export interface Property {
  property: string
  type: string
  optional: boolean
  /** Html. */
  text: string
}

/** A node's help, in the parts that Node-RED's own nodes have: what comes and goes as its ports say, then more about it. */
export function helpOf(spec: NodeSpec, more = ''): string {
  const { type, help, outputs } = spec
  const names = Array.isArray(outputs) ? (outputs as readonly string[]) : []
  const given = (help.outputs ?? []).map((port, i) =>
    Object.entries(port).map((entry) => outputProperty(spec, i, entry)),
  )
  const wanted = Object.entries(help.inputs ?? {}).map((entry) => inputProperty(spec, entry))
  return helpPage(type, [help.summary, help.about ?? []].flat(), wanted, given, names, more)
}

/** @param more html, with its own headings */
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
  return { property, ...said(help, types), optional: isOptional(help) ?? !(first?.[1] && first[1].required !== false) }
}

function outputProperty(
  { ports = {}, settings }: NodeSpec,
  port: number,
  [property, help]: [string, PortHelp],
): Property {
  const layers = [ports, ...(ports.cases ?? [])].map(({ outputs }) => (outputs?.[port] ?? {}) as OutputDeclaration)
  const found = layers.flatMap((layer) => Object.entries(layer)).find(([key]) => propertyOf(key, settings) === property)
  return { property, ...said(help, found?.[1] ? [found[1]] : []), optional: isOptional(help) ?? false }
}

/** `$field` as it is called while nobody has chosen another one. */
function propertyOf(key: string, settings: NodeSpec['settings']): string {
  return key.startsWith('$') ? String(settings[key.slice(1)]?.default) : key
}

const isOptional = (help: PortHelp): boolean | undefined => (typeof help === 'string' ? undefined : help.optional)

function said(help: PortHelp, types: TypeExpression[]): { type: string; text: string } {
  const { type, text } = typeof help === 'string' ? { type: undefined, text: help } : help
  return { text, type: type ?? types.map(typeInWords).join(' | ') }
}

/** As Node-RED's help says types. */
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
