import type { Drawing } from './drawing'
import { meadowDrawing } from './sample-meadow'
import { roomDrawing } from './sample-room'

/** The initial drawing for such labels, so that there is something to send; null if there is none. */
export function firstDrawing(labels: readonly string[]): Drawing | null {
  const samples = [roomDrawing(), meadowDrawing()]
  return samples.find((sample) => sample.labels.every((label) => labels.includes(label))) ?? null
}
