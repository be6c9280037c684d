import { copyOf, drawLine, drawRectangle, fill, type Ids, type Point } from '../../../src/drawing'

export const TOOLS = ['brush', 'line', 'rectangle', 'fill', 'eraser'] as const
export type Tool = (typeof TOOLS)[number]

/** A stroke, from pointer down to pointer up. */
export interface Stroke {
  move(to: Point): void
}

/**
 * Starts a stroke in `ids`.
 * @param size diameter of the brush, or width of lines, in pixels
 * @param id the label to paint
 */
export function startStroke(tool: Tool, ids: Ids, at: Point, size: number, id: number): Stroke {
  if (tool === 'fill') {
    fill(ids, at, id)
    return { move: () => {} }
  }
  if (tool === 'line' || tool === 'rectangle') {
    // Each move redraws the shape on a copy of what was there before.
    const { data } = copyOf(ids)
    const draw = (to: Point) => {
      ids.data.set(data)
      if (tool === 'line') drawLine(ids, at, to, size, id)
      else drawRectangle(ids, at, to, id)
    }
    draw(at)
    return { move: draw }
  }
  let last = at
  drawLine(ids, at, at, size, id)
  return {
    move(to) {
      drawLine(ids, last, to, size, id)
      last = to
    },
  }
}
