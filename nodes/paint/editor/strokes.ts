import { copyOf, type Drawing, type Point, sameIds } from '../../../src/drawing'
import type { SheetEvents } from './sheet'
import type { Stroke } from './tools'

/** What is drawn on. */
export interface Drawn {
  drawing: Drawing
  /** Starts to draw into the drawing. */
  begin(at: Point): Stroke
  /** A stroke has changed something. */
  drew(before: Drawing): void
  show(): void
}

/** What a pointer on a sheet does to a drawing: strokes, each complete or, if cancelled, absent. */
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
