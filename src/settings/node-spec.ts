import type { NodeDeclaration } from '../flow'
import type { Migration } from './migrate'
import type { Setting, Settings } from './setting'

/**
 * The declaration of a node, from which everything is generated except the node's own code and what its
 * dialog has besides a form.
 */
export interface NodeSpec<S extends Settings = Settings> {
  /** Its type in flow files. */
  type: string
  /** Its label in the palette, and its name in sentences about unnamed nodes. */
  label: string
  /** The group of its keys in the catalogue. Default: its type without `daisychain-`. */
  texts?: string
  /** A settings node has neither ports nor a place in the palette. */
  isConfig?: boolean
  color?: string
  icon?: string
  align?: 'right'
  /**
   * Returns the label on the canvas if the node has no name. It is copied into the editor's HTML as source
   * code, so it can't refer to anything else.
   */
  title?: (node: Titled) => string
  settings: S
  /**
   * Migrations from each version of the settings to the next. They are copied into the editor's HTML, like
   * `title`.
   */
  migrations?: readonly Migration[]
  /** Removed settings that migrations still read. The editor deletes all settings that aren't declared. */
  former?: readonly string[]
  /**
   * Credentials, which Node-RED stores separately from the flow file, and the setting that they follow in the
   * form.
   */
  secrets?: Record<string, Secret>
  inputs?: 0 | 1
  /** The name of each output in the editor, or the number of outputs if they have no names. */
  outputs?: readonly string[] | number
  inputLabel?: string
  /** Its inputs and outputs for the checker. */
  ports?: Omit<NodeDeclaration, 'label' | 'defaults'>
  /** Settings that `ports` reads in other ways than `$name` and `when`. */
  portSettings?: readonly string[]
  /**
   * The button on the left of the node: `run` starts and stops the node, `dialog` calls the code of its
   * dialog.
   */
  button?: 'run' | 'dialog'
  /**
   * The browser code of its dialog, in `plugins/editor/dialogs.ts`, and its parameters. Without it, the
   * dialog is only a form.
   */
  dialog?: readonly [name: string, about?: string]
  help: NodeHelp
}

/** A node in the editor, with the properties that its title reads. */
export interface Titled {
  _(key: string): string
  [setting: string]: unknown
}

export interface NodeHelp {
  /** The first paragraph of the help, which is also the tooltip in the palette. HTML. */
  summary: string
  /** The second paragraph. */
  about?: string
  /** Message property → its purpose. */
  inputs?: Record<string, PortHelp>
  /** One for each output. */
  outputs?: readonly Record<string, PortHelp>[]
}

/** HTML. `type` describes the type in words, if the port's own type is missing or unsuitable. */
export type PortHelp = string | { type?: string; text: string; optional?: boolean }

export interface Secret {
  /** The name of a setting. */
  after: string
  /** The placeholder of the field while it is empty. */
  hint?: string
  /**
   * Whether `<name>For` stores what the credential was saved for. An editor in which it is typed again leaves
   * that empty.
   */
  isBound?: boolean
  /** Like a setting's. */
  when?: Setting['when']
}

/** In the form that Node-RED expects. */
export function credentialsOf({
  secrets = {},
}: Pick<NodeSpec, 'secrets'>): Record<string, { type: 'password' | 'text' }> {
  const each = Object.entries(secrets).flatMap(([name, { isBound }]) => [
    [name, { type: 'password' }],
    ...(isBound ? [[`${name}For`, { type: 'text' }]] : []),
  ])
  return Object.fromEntries(each)
}

/** Preserves the types of the settings. */
export const defineNode = <S extends Settings>(spec: NodeSpec<S>): NodeSpec<S> => spec
