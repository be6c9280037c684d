import type { Image } from '../image'
import type { Color } from '../segmentation'

/** RGB bytes to draw into. What lies outside is left out. */
export interface Canvas {
  width: number
  height: number
  data: Uint8Array
}

type Point = readonly [x: number, y: number]

/** Draws the frame of a box `[left, top, right, bottom]`, given from 0 to 1; the line lies inside it. */
export function drawBox(canvas: Canvas, box: readonly number[], color: Color, lineWidth: number): void {
  const [left, top, right, bottom] = box.map((edge, i) =>
    Math.round(edge * (i % 2 === 0 ? canvas.width : canvas.height)),
  )
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return
  const line = Math.max(1, Math.round(lineWidth))
  fill(canvas, left, top, right, Math.min(top + line, bottom), color)
  fill(canvas, left, Math.max(bottom - line, top), right, bottom, color)
  fill(canvas, left, top, Math.min(left + line, right), bottom, color)
  fill(canvas, Math.max(right - line, left), top, right, bottom, color)
}

/** Fills a rectangle of pixels; right and bottom are not part of it. */
function fill(canvas: Canvas, left: number, top: number, right: number, bottom: number, color: Color): void {
  const { width, height, data } = canvas
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, right); x++) data.set(color, (y * width + x) * 3)
  }
}

/** Fills a disc of pixels around a point. */
export function drawDisc(canvas: Canvas, [x, y]: Point, color: Color, radius: number): void {
  const { width, height, data } = canvas
  for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    for (let column = Math.max(0, Math.floor(x - radius)); column <= Math.min(width - 1, x + radius); column++) {
      const isInside = (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 <= Math.max(radius, 0.75) ** 2
      if (isInside) data.set(color, (row * width + column) * 3)
    }
  }
}

/** Draws a line with round ends. Ends far outside are cut off, so that a wild point costs no time. */
export function drawLine(canvas: Canvas, from: Point, to: Point, color: Color, lineWidth: number): void {
  const limit = 4 * Math.max(canvas.width, canvas.height)
  if ([...from, ...to].some((coordinate) => Math.abs(coordinate) > limit)) return
  const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])))
  for (let i = 0; i <= steps; i++) {
    const part = i / steps
    const point: Point = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]
    drawDisc(canvas, point, color, lineWidth / 2)
  }
}

/** Mixes a colour in wherever the mask, scaled to the canvas, is brighter than the middle of its range. */
export function tint(canvas: Canvas, mask: Image, color: Color, opacity: number): void {
  const { width, height, data } = canvas
  const [black, white] = mask.range ?? [0, 255]
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * mask.height) / height)
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x * mask.width) / width)
      if ((mask.data[(row * mask.width + column) * mask.channels] as number) <= (black + white) / 2) continue
      for (let channel = 0; channel < 3; channel++) {
        const i = (y * width + x) * 3 + channel
        data[i] = Math.round((data[i] as number) * (1 - opacity) + (color[channel] as number) * opacity)
      }
    }
  }
}
