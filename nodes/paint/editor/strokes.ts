import { copyOf, type Drawing, type Point, sameIds } from '../../../src/drawing'
import type { SheetEvents } from './sheet'
import type { Stroke } from './tools'

/** The drawing that strokes change. */
export interface Drawn {
  drawing: Drawing
  /** Starts a stroke in the drawing. */
  begin(at: Point): Stroke
  /** Called when a stroke has changed the drawing. */
  drew(before: Drawing): void
  show(): void
}

/** Turns pointer events into strokes. A cancelled stroke leaves no trace. */
export function createStrokes(on: Drawn): SheetEvents & { readonly isDrawing: boolean } {
  let stroke: { before: Drawing; going: Stroke } | null = null
  return {
    get isDrawing() {
      return stroke !== null
    },
    down(at) {
      const before = { ...on.drawing, ids: copyOf(on.drawing.ids) }
      stroke = { before, going: on.begin(at) }
      on.show()
    },
    move(to) {
      stroke?.going.move(to)
      if (stroke) on.show()
    },
    up() {
      if (stroke && !sameIds(stroke.before.ids, on.drawing.ids)) on.drew(stroke.before)
      stroke = null
      on.show()
    },
    cancel() {
      if (stroke) on.drawing = stroke.before
      stroke = null
      on.show()
    },
  }
}
