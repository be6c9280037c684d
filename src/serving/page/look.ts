import { colorsOf, labelsOf, type PortType } from '../../types/index'
import type { Field, Fields } from '../field'

/** What `serve in` says about one input on the page. */
export interface FieldLook {
  name: string
  label?: string
  hidden?: boolean
}

/** A model's page: its look, and how often each visitor may use it. */
export interface PageOptions {
  title: string
  /** `#rrggbb`; empty: the page's own. */
  color: string
  /** The path of a picture file; empty: none. */
  picture: string
  /** The inputs in their order. Those that are not listed come last. */
  looks: readonly FieldLook[]
  /** Runs per minute for each visitor; 0: no limit. */
  rate: number
  /** Signs the visitors' cookies. */
  secret: string
  /** Results that are kept; 0: none. */
  keep: number
  /** Where they are kept across restarts; null: in memory only. */
  folder: string | null
  /** Called when something cannot be kept there. @param what the beginning of a sentence */
  lost(what: string, error: unknown): void
  /** Of this package: every kept result names it. */
  version: string
  /** The page's words in one of these languages: en, de, ja. */
  words(language: string): Record<string, string>
  /** An input's help, in that language. */
  help(language: string, help: string): string
  /** The label of inputs and outputs with that name, in that language. */
  label(language: string, name: string): string | undefined
  /** The name of a label of a label map, or of a choice, in that language; undefined: unchanged. */
  labelName(language: string, label: string): string | undefined
}

/** An input or output as the page gets it. */
export interface ShownField {
  name: string
  label: string
  help: string
  required: boolean
  type: PortType
  /** Of a label map, by id. */
  labels?: readonly string[]
  colors?: readonly (readonly number[])[]
  /** What people call its labels or choices, of those that have another name in the page's language. */
  names?: Readonly<Record<string, string>>
}

/**
 * Inputs whose control needs no words. The node's help for them (a Buffer, another node) is for people who wire flows.
 */
const showsItself: ReadonlySet<string> = new Set(['image', 'segmentation', 'audio', 'vector'])

/** The inputs in the order, and with the labels, that the settings say; without those that are hidden. */
export function shownFields(
  { inputs, outputs }: Fields,
  { looks, help, label, labelName }: Pick<PageOptions, 'looks' | 'help' | 'label' | 'labelName'>,
  language: string,
) {
  const place = ({ name }: Field) => {
    const at = looks.findIndex((look) => look.name === name)
    return at < 0 ? looks.length : at
  }
  const lookOf = ({ name }: Field) => looks.find((look) => look.name === name)
  const said = ({ type, help: words }: Field) =>
    help(language, type.description ?? (showsItself.has(type.type) ? '' : words))
  const called = ({ name }: Field) => label(language, name) ?? inWords(name)
  const nameOf = (one: string) => labelName(language, one)
  return {
    inputs: inputs
      .filter((field) => !lookOf(field)?.hidden)
      // Required inputs come first, unless the settings say otherwise.
      .sort((a, b) => place(a) - place(b) || Number(b.required) - Number(a.required))
      .map((field) => shown(field, said(field), lookOf(field)?.label?.trim() || called(field), nameOf)),
    outputs: outputs.map((field) => shown(field, said(field), called(field), nameOf)),
  }
}

function shown({ name, type, required }: Field, help: string, label: string, nameOf: NameOf): ShownField {
  const labels = type.type === 'segmentation' ? labelsOf(type) : null
  const names = namesOf(labels ?? (type.type === 'category' ? type.oneOf : undefined) ?? [], nameOf)
  return {
    name,
    label,
    help,
    required,
    type,
    ...(type.type === 'segmentation' && labels && { labels, colors: colorsOf(type) }),
    ...(names && { names }),
  }
}

type NameOf = (label: string) => string | undefined

function namesOf(labels: readonly string[], nameOf: NameOf): Record<string, string> | null {
  const names = labels.flatMap((label) => {
    const name = nameOf(label)
    return name === undefined || name === label ? [] : [[label, name] as const]
  })
  return names.length > 0 ? Object.fromEntries(names) : null
}

/** `semantic_map` → `Semantic map`. */
export function inWords(name: string): string {
  const words = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
