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
 * The width that the status below `node` can have before it reaches another node or that node's status, in
 * canvas pixels. Never less than the node's own width.
 */
export function statusRoom(node: Area, others: readonly Area[]): number {
  const line = { top: node.bottom, bottom: node.bottom + STATUS_HEIGHT }
  const ends = others
    .filter(({ left, top, bottom }) => left > node.left && top < line.bottom && bottom > line.top)
    .map(({ left }) => left - node.left)
  return Math.max(node.right - node.left, Math.min(...ends))
}
