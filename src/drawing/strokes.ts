import type { Ids } from './drawing'

/** A position in a drawing, in pixels from its top left. It may be outside the drawing or between pixels. */
export interface Point {
  x: number
  y: number
}

/** Draws a straight line with a round brush that is `size` pixels wide. With equal ends, it is a dot. */
export function drawLine(ids: Ids, from: Point, to: Point, size: number, id: number): void {
  const reach = Math.max(0.5, size / 2)
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const square = dx * dx + dy * dy
  const box = boxOf(ids, from, to, reach)
  for (let y = box.top; y <= box.bottom; y++) {
    for (let x = box.left; x <= box.right; x++) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y]
      const along = square === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / square))
      if ((px - along * dx) ** 2 + (py - along * dy) ** 2 <= reach * reach) ids.data[y * ids.width + x] = id
    }
  }
  // Thinner lines would have gaps, because they miss the centres of pixels.
  if (size < 2) thinLine(ids, from, to, id)
}

function thinLine(ids: Ids, from: Point, to: Point, id: number): void {
  const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))))
  if (steps > 8 * (ids.width + ids.height)) return
  for (let i = 0; i <= steps; i++) {
    const x = Math.floor(from.x + ((to.x - from.x) * i) / steps)
    const y = Math.floor(from.y + ((to.y - from.y) * i) / steps)
    if (x >= 0 && y >= 0 && x < ids.width && y < ids.height) ids.data[y * ids.width + x] = id
  }
}

/** Fills a rectangle between two corners, including their pixels. */
export function drawRectangle(ids: Ids, from: Point, to: Point, id: number): void {
  const box = boxOf(ids, from, to, 0)
  for (let y = box.top; y <= box.bottom; y++) {
    if (box.left <= box.right) ids.data.fill(id, y * ids.width + box.left, y * ids.width + box.right + 1)
  }
}

/** Fills an ellipse between two corners. */
export function drawEllipse(ids: Ids, from: Point, to: Point, id: number): void {
  const box = boxOf(ids, from, to, 0)
  const [middleX, middleY] = [(from.x + to.x) / 2, (from.y + to.y) / 2]
  const [radiusX, radiusY] = [Math.abs(to.x - from.x) / 2, Math.abs(to.y - from.y) / 2]
  for (let y = box.top; y <= box.bottom; y++) {
    for (let x = box.left; x <= box.right; x++) {
      const distance = ((x + 0.5 - middleX) / radiusX) ** 2 + ((y + 0.5 - middleY) / radiusY) ** 2
      if (distance <= 1) ids.data[y * ids.width + x] = id
    }
  }
}

/** Fills a polygon. */
export function drawPolygon(ids: Ids, corners: readonly Point[], id: number): void {
  for (let y = 0; y < ids.height; y++) {
    for (let x = 0; x < ids.width; x++)
      if (isInside({ x: x + 0.5, y: y + 0.5 }, corners)) ids.data[y * ids.width + x] = id
  }
}

function isInside({ x, y }: Point, corners: readonly Point[]): boolean {
  let inside = false
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length] as Point
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  })
  return inside
}

/**
 * Flood fill: changes the label of a pixel and of all pixels with the same label that are connected to it by
 * edges.
 */
export function fill(ids: Ids, at: Point, id: number): void {
  const { width, height, data } = ids
  const [x, y] = [Math.floor(at.x), Math.floor(at.y)]
  if (x < 0 || y < 0 || x >= width || y >= height) return
  const old = data[y * width + x] as number
  if (old === id) return
  const waiting = [y * width + x]
  data[y * width + x] = id
  const take = (i: number) => {
    if (data[i] !== old) return
    data[i] = id
    waiting.push(i)
  }
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    if (i % width > 0) take(i - 1)
    if (i % width < width - 1) take(i + 1)
    if (i >= width) take(i - width)
    if (i < data.length - width) take(i + width)
  }
}

/** The range of pixels that a shape between two points may cover. */
function boxOf({ width, height }: Ids, from: Point, to: Point, reach: number) {
  return {
    left: Math.max(0, Math.floor(Math.min(from.x, to.x) - reach)),
    right: Math.min(width - 1, Math.floor(Math.max(from.x, to.x) + reach)),
    top: Math.max(0, Math.floor(Math.min(from.y, to.y) - reach)),
    bottom: Math.min(height - 1, Math.floor(Math.max(from.y, to.y) + reach)),
  }
}
