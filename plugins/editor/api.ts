import type { Report } from '../../src/flow'
import type { dialogs } from './dialogs'

/** `RED.daisychain`: what this package offers in the editor. */
export interface EditorApi {
  /** Whether the flows are loaded and have been checked once. */
  readonly ready: boolean
  /** Whether nothing waits to be checked. */
  settled(): boolean
  /** What was found at the last check. */
  report(): Report
  /** The sentences of all problems at a node's input. */
  errorsFor(node: { id: string }): string[]
  /** Does what the button of a node offers: starts, stops or resumes it. */
  pressRunButton(node: EditorNode): void
  /** What the generated html of the nodes calls. */
  readonly dialogs: typeof dialogs
}
