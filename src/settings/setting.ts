/**
 * The settings of a node, declared once: its form, the check of its fields, its reader, its help and its JSON schema
 * are generated from them. Flow files store numbers as they were typed, as text; an empty field means the default.
 */

/** Setting → the value, or the values, with which the condition holds. All must hold. */
export type Condition = Record<string, string | readonly string[]>

/**
 * A setting's appearance in its form. Words are keys of the node's catalogue; with a dot, of another group in the file.
 */
export interface Look {
  /** Of the row, in Font Awesome. A flag in its own row has none. */
  icon?: string
  /** Default: the setting's name. */
  label?: string
  /** The name of the row, if that is not the setting's own label. */
  head?: string
  /** The placeholder of an empty field. */
  hint?: string
  /** The same, identical in all languages. */
  example?: string
  /** When the mouse is over the field. */
  title?: string
  /** When the mouse is over the row: a key, and its English words. */
  tip?: { key: string; text: string }
  /** What follows the field: `%`, the same in all languages. */
  sign?: string
  /** What follows the field, as a key. */
  unit?: string
  /** In the row of the previous setting. */
  beside?: boolean
  /** What precedes the field: `×`, the same in all languages. */
  before?: string
  /** A heading above the row. */
  heading?: string
  /** The row shows under this condition, or under one of these. */
  when?: Condition | readonly Condition[]
  /** Folded under this heading: settings that few people change. A key. */
  folded?: string
  /** Without a row: the dialog's own code shows it. */
  hidden?: boolean
  /** CSS. */
  width?: string
  /** Its name in a sentence. Default: its name in words. */
  called?: string
}

interface Base<Kind extends string, Value> extends Look {
  kind: Kind
  /** Its value in a new node. */
  default: Value
}

export interface NumberSetting<Value extends number | '' = number | ''> extends Base<'number', Value> {
  min?: number
  max?: number
  /** It must be larger than this. */
  above?: number
  /** It must be smaller than this. */
  below?: number
  whole?: boolean
  /** Of the slider, and of the field's arrows if it is less than 1. */
  step?: number
  /** The ends of a slider beside the field. */
  slider?: readonly [number, number]
  /** While its row shows, it cannot be empty. */
  required?: boolean
}

export interface ChoiceSetting<Value extends string = string> extends Base<'choice', Value> {
  choices: readonly Value[]
  /**
   * The group of keys that names the choices (default: the setting's name and an s), a key for each, or null:
   * as they are.
   */
  texts?: string | null | ((choice: string) => string)
}

export type FlagSetting = Base<'flag', boolean>

export interface TextSetting extends Base<'text', string> {
  /** The ends of a slider next to the field, if whole numbers are the usual text. */
  slider?: readonly [number, number]
  pattern?: RegExp
  /** What the pattern requires, after “must”. */
  rule?: string
  required?: boolean
}

/** The name of a message property. */
export type PropertySetting = Base<'property', string>

/** `#rrggbb`. */
export type ColorSetting = Base<'color', string>

/** A settings node. */
export interface NodeSetting extends Base<'node', ''> {
  type: string
}

/** Something that the node's own dialog keeps, in any form. */
export interface StoredSetting extends Base<'stored', unknown> {
  /** Its member that cannot be empty under `when`, such as the length of a list. */
  required?: string
  /** Whether a hidden field of the form holds it. */
  field?: boolean
}

export type Setting =
  | NumberSetting
  | ChoiceSetting
  | FlagSetting
  | TextSetting
  | PropertySetting
  | ColorSetting
  | NodeSetting
  | StoredSetting

export type Settings = Record<string, Setting>

/** A setting's value as a node reads it. An optional number that is left out is null. */
export type Value<S extends Setting> =
  S extends NumberSetting<infer Default>
    ? Default extends number
      ? number
      : number | null
    : S extends ChoiceSetting<infer Choice>
      ? Choice
      : S extends FlagSetting
        ? boolean
        : S extends StoredSetting
          ? unknown
          : string

export type Values<S extends Settings> = { [Name in keyof S]: Value<S[Name]> }

type Options<S extends Setting> = Omit<S, 'kind' | 'default'>

export const number = (value: number, options: Options<NumberSetting> = {}): NumberSetting<number> => ({
  kind: 'number',
  default: value,
  ...options,
})

/** A number that may be left out. */
export const maybeNumber = (options: Options<NumberSetting> = {}): NumberSetting<''> => ({
  kind: 'number',
  default: '',
  ...options,
})

/** One of several strings; the first, unless another one is declared the default. */
export function choice<const T extends string>(
  choices: readonly T[],
  {
    default: value,
    ...options
  }: Omit<ChoiceSetting<T>, 'kind' | 'default' | 'choices'> & { default?: NoInfer<T> } = {},
): ChoiceSetting<T> {
  return { kind: 'choice', choices, default: value ?? (choices[0] as T), ...options }
}

export const flag = (value: boolean, options: Options<FlagSetting> = {}): FlagSetting => ({
  kind: 'flag',
  default: value,
  ...options,
})

export const text = (value = '', options: Options<TextSetting> = {}): TextSetting => ({
  kind: 'text',
  default: value,
  ...options,
})

export const property = (value: string, options: Options<PropertySetting> = {}): PropertySetting => ({
  kind: 'property',
  default: value,
  ...options,
})

export const color = (value: string, options: Options<ColorSetting> = {}): ColorSetting => ({
  kind: 'color',
  default: value,
  ...options,
})

export const settingsNode = (type: string, options: Look = {}): NodeSetting => ({
  kind: 'node',
  default: '',
  type,
  ...options,
})

export const stored = (value: unknown, options: Options<StoredSetting> = {}): StoredSetting => ({
  kind: 'stored',
  default: value,
  ...options,
})

/** The node's name, which all have first. */
export const name = (label = 'name'): TextSetting => text('', { icon: 'tag', label })

/** Whether the node shows its last result on the canvas. */
export const preview = (label = 'preview'): FlagSetting => flag(true, { label })
