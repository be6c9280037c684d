import type { explorer } from '../../nodes/latent/editor'
import type { painter } from '../../nodes/paint/editor'
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
  /** Makes the sliders and the fields of these settings say the same. */
  pairSliders(names: string[]): void
  /** What the paint node's edit dialog draws with. */
  readonly painter: typeof painter
  /** What the latent node's edit dialog explores with. */
  readonly explorer: typeof explorer
  /** What the generated html of the nodes calls. */
  readonly dialogs: typeof dialogs
}
