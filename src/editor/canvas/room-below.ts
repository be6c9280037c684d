/** From a node's lower edge to the end of its status, in canvas pixels. */
export const STATUS_HEIGHT = 20

/** A rectangle on the canvas, in its pixels. */
export interface Area {
  left: number
  right: number
  top: number
  bottom: number
}

/**
 * How wide the status below `node` may be before it reaches one of the others, each with its own status. Never narrower
 * than the node: only something that covers the node could begin before that.
 */
export function statusRoom(node: Area, others: readonly Area[]): number {
  const line = { top: node.bottom, bottom: node.bottom + STATUS_HEIGHT }
  const ends = others
    .filter(({ left, top, bottom }) => left > node.left && top < line.bottom && bottom > line.top)
    .map(({ left }) => left - node.left)
  return Math.max(node.right - node.left, Math.min(...ends))
}
