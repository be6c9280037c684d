import { colorsOf, labelsOf, type PortType } from '../../types/index'
import type { Field, Fields } from '../field'

/** The settings of `serve in` for one input on the page. */
export interface FieldLook {
  name: string
  label?: string
  hidden?: boolean
}

/** A model's page: its appearance, and how often each visitor may use it. */
export interface PageOptions {
  title: string
  /** `#rrggbb`; empty: the page's default. */
  color: string
  /** The path of a picture file; empty: none. */
  picture: string
  /** The inputs in their order. Those not listed come last. */
  looks: readonly FieldLook[]
  /** Maximum runs per minute for each visitor; 0: no limit. */
  rate: number
  /** The secret that signs the visitors' cookies. */
  secret: string
  /** How many results are kept; 0: none. */
  keep: number
  /** The folder for keeping them across restarts; null: only in memory. */
  folder: string | null
  /** Called when something cannot be saved there. @param what the beginning of a sentence */
  lost(what: string, error: unknown): void
  /** This package's version, which every kept result contains. */
  version: string
  /** The page's words in the language: en, de or ja. */
  words(language: string): Record<string, string>
  /** An input's help in that language. */
  help(language: string, help: string): string
  /** The label for inputs and outputs with that name, in that language; undefined if it isn't translated. */
  label(language: string, name: string): string | undefined
  /** The translated name of a label or a choice; undefined: unchanged. */
  labelName(language: string, label: string): string | undefined
}

/** An input or output as sent to the page. */
export interface ShownField {
  name: string
  label: string
  help: string
  required: boolean
  type: PortType
  /** For a number: whether words are accepted too. */
  takesWords?: true
  /** The name of the picture input that positions refer to. */
  on?: string
  /** For a label map: its labels, by id. */
  labels?: readonly string[]
  colors?: readonly (readonly number[])[]
  /** Displayed names of its labels or choices, where they differ in the page's language. */
  names?: Readonly<Record<string, string>>
}

/**
 * Types whose controls explain themselves. The node's help for them mentions Buffers and other nodes, which
 * is for people who build flows.
 */
const showsItself: ReadonlySet<string> = new Set(['image', 'segmentation', 'audio', 'vector'])

/** The inputs in the order and with the labels of the settings, without hidden ones. */
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
      // Unless the settings have an order, required inputs come first.
      .sort((a, b) => place(a) - place(b) || Number(b.required) - Number(a.required))
      .map((field) => shown(field, said(field), lookOf(field)?.label?.trim() || called(field), nameOf)),
    outputs: outputs.map((field) => shown(field, said(field), called(field), nameOf)),
  }
}

function shown(
  { name, type, others = [], on, required }: Field,
  help: string,
  label: string,
  nameOf: NameOf,
): ShownField {
  const labels = type.type === 'segmentation' ? labelsOf(type) : null
  const names = namesOf(labels ?? (type.type === 'category' ? type.oneOf : undefined) ?? [], nameOf)
  return {
    name,
    label,
    help,
    required,
    type,
    ...(on !== undefined && { on }),
    ...(type.type === 'number' && others.some((other) => other.type === 'text') && { takesWords: true as const }),
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
