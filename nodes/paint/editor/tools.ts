import { copyOf, drawLine, drawRectangle, fill, type Ids, type Point } from '../../../src/drawing'

export const TOOLS = ['brush', 'line', 'rectangle', 'fill', 'eraser'] as const
export type Tool = (typeof TOOLS)[number]

/** What a pointer draws from the moment it is put down until it is lifted. */
export interface Stroke {
  move(to: Point): void
}

/**
 * Starts to draw into `ids`.
 *
 * @param size of the brush and of lines, in pixels
 * @param id the label to paint
 */
export function startStroke(tool: Tool, ids: Ids, at: Point, size: number, id: number): Stroke {
  if (tool === 'fill') {
    fill(ids, at, id)
    return { move: () => {} }
  }
  if (tool === 'line' || tool === 'rectangle') {
    // Each move draws the shape again on what was there before.
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
