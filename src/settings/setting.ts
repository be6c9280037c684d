/**
 * The declaration of a node's settings. Its form, the checks of its fields, its reader, its help and its JSON
 * schema are generated from it. Flow files store numbers as text, the way they were typed; an empty field
 * means the default.
 */

/** Setting → the value, or one of the values, that it must have. All entries must hold. */
export type Condition = Record<string, string | readonly string[]>

/**
 * A setting's row in the form. Texts are keys of the node's catalogue or, with a dot, of another group in the
 * file.
 */
export interface Look {
  /** The icon of the row, from Font Awesome. A checkbox in a row of its own has none. */
  icon?: string
  /** The key of the label. Default: the setting's name. */
  label?: string
  /** The key of the row's label, if it differs from the setting's own label. */
  head?: string
  /** The key of the placeholder for an empty field. */
  hint?: string
  /** A placeholder that is the same in all languages. */
  example?: string
  /** The key of the field's tooltip. */
  title?: string
  /** The row's tooltip: a key, and the English text. */
  tip?: { key: string; text: string }
  /** Text after the field that is the same in all languages, such as `%`. */
  sign?: string
  /** The key of the text after the field. */
  unit?: string
  /** Whether the field is in the same row as the previous setting. */
  beside?: boolean
  /** Text before the field that is the same in all languages, such as `×`. */
  before?: string
  /** The key of a heading above the row. */
  heading?: string
  /** The row is only shown under this condition, or under one of these. */
  when?: Condition | readonly Condition[]
  /** The key of the heading of a collapsible section, for settings that few people change. */
  folded?: string
  /** Whether the setting has no row, because the dialog's own code shows it. */
  hidden?: boolean
  /** The width as CSS. */
  width?: string
  /** The setting's name in sentences. Default: its name, split into words. */
  called?: string
}

interface Base<Kind extends string, Value> extends Look {
  kind: Kind
  /** The value in a new node. */
  default: Value
}

export interface NumberSetting<Value extends number | '' = number | ''> extends Base<'number', Value> {
  min?: number
  max?: number
  /** An exclusive minimum. */
  above?: number
  /** An exclusive maximum. */
  below?: number
  whole?: boolean
  /** The step of the slider, and of the field's arrows if it is less than 1. */
  step?: number
  /** The ends of a slider next to the field. */
  slider?: readonly [number, number]
  /** Whether it must not be empty while its row is shown. */
  required?: boolean
}

export interface ChoiceSetting<Value extends string = string> extends Base<'choice', Value> {
  choices: readonly Value[]
  /**
   * The group of keys for the choices (default: the setting's name with an s), one key per choice, or null if
   * the choices are shown as they are.
   */
  texts?: string | null | ((choice: string) => string)
}

export type FlagSetting = Base<'flag', boolean>

export interface TextSetting extends Base<'text', string> {
  /** The ends of a slider next to the field, for text that usually is an integer. */
  slider?: readonly [number, number]
  pattern?: RegExp
  /** The requirement that the pattern expresses, as the end of a sentence after “must”. */
  rule?: string
  required?: boolean
}

/** The name of a message property. */
export type PropertySetting = Base<'property', string>

/** `#rrggbb`. */
export type ColorSetting = Base<'color', string>

/** The id of a settings node. */
export interface NodeSetting extends Base<'node', ''> {
  type: string
}

/** A value that the node's own dialog stores, in any form. */
export interface StoredSetting extends Base<'stored', unknown> {
  /** The member that must not be empty under `when`, such as the length of a list. */
  required?: string
  /** Whether the form stores it in a hidden field. */
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

/** The type of a setting's value in a node. An optional number that is missing is null. */
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

/** A number that may be missing. */
export const maybeNumber = (options: Options<NumberSetting> = {}): NumberSetting<''> => ({
  kind: 'number',
  default: '',
  ...options,
})

/** One of several strings. The default is the first one, unless another is declared. */
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

/** The node's name, the first setting of every node. */
export const name = (label = 'name'): TextSetting => text('', { icon: 'tag', label })

/** Whether the node shows its last result on the canvas. */
export const preview = (label = 'preview'): FlagSetting => flag(true, { label })
