import type { NodeDeclaration } from '../flow'
import type { Migration } from './migrate'
import type { Setting, Settings } from './setting'

/** A node, declared once. It lacks only what the node does, and what its dialog does beyond a form. */
export interface NodeSpec<S extends Settings = Settings> {
  /** Its name in flow files. */
  type: string
  /** Its label in the palette, and in sentences about unnamed nodes. */
  label: string
  /** The group of keys in its catalogue. Default: the type's own word. */
  texts?: string
  /** A settings node has neither ports nor a place in the palette. */
  isConfig?: boolean
  color?: string
  icon?: string
  align?: 'right'
  /**
   * The label on the canvas if it has no name. Copied into the editor's HTML as source code: it can't refer to anything
   * else.
   */
  title?: (node: Titled) => string
  settings: S
  /** From each version of the settings to the next. Copied into the editor's HTML, like `title`. */
  migrations?: readonly Migration[]
  /** Removed settings that migrations still read: the editor drops those that aren't named. */
  former?: readonly string[]
  /** What Node-RED stores separately from the flow file. In the form after a setting. */
  secrets?: Record<string, Secret>
  inputs?: 0 | 1
  /** The name of each output in the editor, or how many there are without a name. */
  outputs?: readonly string[] | number
  inputLabel?: string
  /** Its inputs and outputs, as the checker reads them. */
  ports?: Omit<NodeDeclaration, 'label' | 'defaults'>
  /** Settings that `ports` reads other than through `$name` and `when`. */
  portSettings?: readonly string[]
  /** Whether the button on the left of the node starts and stops it, or what of its dialog is called. */
  button?: 'run' | 'dialog'
  /** The browser code of its dialog, in `plugins/editor/dialogs.ts`, and its parameters. Missing: only a form. */
  dialog?: readonly [name: string, about?: string]
  help: NodeHelp
}

/** A node in the editor, as far as its title reads it. */
export interface Titled {
  _(key: string): string
  [setting: string]: unknown
}

export interface NodeHelp {
  /** The first paragraph, which is the tooltip in the palette. Html. */
  summary: string
  /** The second one. */
  about?: string
  /** Message property → what it is for. */
  inputs?: Record<string, PortHelp>
  /** For each output. */
  outputs?: readonly Record<string, PortHelp>[]
}

/** Html; with its type in words, if the port's own type is missing or unsuitable. */
export type PortHelp = string | { type?: string; text: string; optional?: boolean }

export interface Secret {
  /** A setting. */
  after: string
  /** The placeholder of an empty field. */
  hint?: string
  /** Whether `<name>For` says for whom it was saved. An editor in which it is typed again leaves that empty. */
  isBound?: boolean
  /** As a setting's. */
  when?: Setting['when']
}

/** As Node-RED expects them. */
export function credentialsOf({
  secrets = {},
}: Pick<NodeSpec, 'secrets'>): Record<string, { type: 'password' | 'text' }> {
  const each = Object.entries(secrets).flatMap(([name, { isBound }]) => [
    [name, { type: 'password' }],
    ...(isBound ? [[`${name}For`, { type: 'text' }]] : []),
  ])
  return Object.fromEntries(each)
}

/** Keeps the types of the settings. */
export const defineNode = <S extends Settings>(spec: NodeSpec<S>): NodeSpec<S> => spec
