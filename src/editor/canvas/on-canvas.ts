import type { Box, Obstacle } from './free-place'

/** The visible part of the canvas, in screen pixels. In Node-RED 5 the sidebar covers its right side. */
export function canvasBox(chart: HTMLElement): Box {
  const { left, top } = chart.getBoundingClientRect()
  const sidebar = document.getElementById('red-ui-sidebar')?.getBoundingClientRect()
  const covered = sidebar && sidebar.width > 0 ? left + chart.clientWidth - sidebar.left : 0
  return { x: left, y: top, width: chart.clientWidth - Math.max(0, covered), height: chart.clientHeight }
}

/** Height of the status below a node, in canvas pixels. */
const below = 22
const margin = 6

/** All nodes of the tab as obstacles, in screen pixels. */
export function nodeBoxes(chart: HTMLElement): Obstacle[] {
  const scale = RED.view.scale()
  const { x: left, y: top } = canvasBox(chart)
  const boxes: Obstacle[] = []
  const tab = RED.workspaces.active()
  RED.nodes.eachNode((node) => {
    if (node.z !== tab) return undefined
    const { x, y, w = 0, h = 0 } = node
    boxes.push({
      x: left + (x - w / 2) * scale - chart.scrollLeft - margin,
      y: top + (y - h / 2) * scale - chart.scrollTop - margin,
      width: w * scale + 2 * margin,
      height: h * scale + 2 * margin + (node.status ? below * scale : 0),
      weight: 1,
    })
    return undefined
  })
  return boxes
}

/** A wire as small boxes along its path, in screen pixels. */
export function wireBoxes(group: Element | undefined): Obstacle[] {
  const path = group?.querySelector<SVGPathElement>('.red-ui-flow-link-line')
  const matrix = path?.getScreenCTM()
  if (!path || !matrix) return []
  const length = path.getTotalLength()
  const pieces = 40
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const { x, y } = path.getPointAtLength((length * i) / pieces).matrixTransform(matrix)
    return { x: x - 8, y: y - 8, width: 16, height: 16, weight: 10 }
  })
}
