import type { Report } from '../../src/flow'
import type { dialogs } from './dialogs'

/** `RED.daisychain`: what this package offers in the editor. */
export interface EditorApi {
  /** Whether the flows have been loaded and checked once. */
  readonly ready: boolean
  /** Whether nothing is waiting to be checked. */
  settled(): boolean
  /** What the last check found. */
  report(): Report
  /** The sentences of all problems at a node's input. */
  errorsFor(node: { id: string }): string[]
  /** Does what a node's button offers: starts, stops or resumes it. */
  pressRunButton(node: EditorNode): void
  /** What the nodes' generated HTML calls. */
  readonly dialogs: typeof dialogs
}
