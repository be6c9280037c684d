/** A node's centre, in canvas pixels. */
export interface Point {
  x: number
  y: number
}

const grid = 20

/**
 * The place wanted for a node on the grid, or the nearest one below it where no other node of the tab is in
 * the way.
 */
export function placeBeside(wanted: Point, { w, h }: { w: number; h: number }, tab: string): Point {
  const snap = (value: number, least: number) => Math.round(Math.max(value, least) / grid) * grid
  const x = snap(wanted.x, w / 2 + grid)
  let y = snap(wanted.y, h / 2 + grid)
  const others: EditorNode[] = []
  RED.nodes.eachNode((node) => {
    if (node.z === tab) others.push(node)
    return undefined
  })
  const isTaken = () =>
    others.some((node) => Math.abs(node.x - x) * 2 < node.w + w && Math.abs(node.y - y) * 2 < node.h + h)
  for (let step = 0; step < 40 && isTaken(); step++) y += grid
  return { x, y }
}
