import type { NodeDeclaration } from '../flow'
import type { Migration } from './migrate'
import type { Setting, Settings } from './setting'

/** A node, declared once. What is not here is what the node does, and what its dialog does beyond a form. */
export interface NodeSpec<S extends Settings = Settings> {
  /** As flow files name it. */
  type: string
  /** In the palette, and in sentences about one without a name. */
  label: string
  /** The group of keys in its catalogue. Default: the type's own word. */
  texts?: string
  /** A settings node has neither ports nor a place in the palette. */
  isConfig?: boolean
  color?: string
  icon?: string
  align?: 'right'
  /** The label on the canvas if it has no name. Written into the editor's html as it is here: it can refer to nothing else. */
  title?: (node: Titled) => string
  settings: S
  /** From each version of the settings to the next. Written into the editor's html, as `title`. */
  migrations?: readonly Migration[]
  /** Settings that are no more, but that migrations read: the editor forgets those that are not named. */
  former?: readonly string[]
  /** What Node-RED keeps apart from the flow file. In the form behind a setting. */
  secrets?: Record<string, Secret>
  inputs?: 0 | 1
  /** The name of each output in the editor, or how many there are without a name. */
  outputs?: readonly string[] | number
  inputLabel?: string
  /** What it accepts and outputs, as the checker reads it. */
  ports?: Omit<NodeDeclaration, 'label' | 'defaults'>
  /** Settings that `ports` reads by another way than `$name` and `when`. */
  portSettings?: readonly string[]
  /** Whether the button on the left of the node starts and stops it, or what of its dialog is called. */
  button?: 'run' | 'dialog'
  /** The browser code of its dialog, in `plugins/editor/dialogs.ts`, and what it is told. Without: only a form. */
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

/** Html; with its type in words, where the port's own type is not what to say, or there is none. */
export type PortHelp = string | { type?: string; text: string; optional?: boolean }

export interface Secret {
  /** A setting. */
  after: string
  /** What an empty field says. */
  hint?: string
  /** Whether `<name>For` says for whom it was saved. An editor in which it is typed again leaves that empty. */
  isBound?: boolean
  /** As a setting's. */
  when?: Setting['when']
}

/** As Node-RED wants to know them. */
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
