import type { Color } from '../hex'
import type { Image } from '../image'
import { PIXELS_AT_ONCE } from '../in-pieces'

/** An RGB buffer to draw on. Anything outside it is clipped. */
export interface Canvas {
  width: number
  height: number
  data: Uint8Array
}

type Point = readonly [x: number, y: number]

/** Draws the outline of a box `[left, top, right, bottom]`, each from 0 to 1. The line is inside the box. */
export function drawBox(canvas: Canvas, box: readonly number[], color: Color, lineWidth: number): void {
  const [left, right] = span(box[0] as number, box[2] as number, canvas.width)
  const [top, bottom] = span(box[1] as number, box[3] as number, canvas.height)
  const line = Math.max(1, Math.round(lineWidth))
  fill(canvas, left, top, right, Math.min(top + line, bottom), color)
  fill(canvas, left, Math.max(bottom - line, top), right, bottom, color)
  fill(canvas, left, top, Math.min(left + line, right), bottom, color)
  fill(canvas, Math.max(right - line, left), top, right, bottom, color)
}

/** The range of pixels that a part of a side covers, at least one. */
function span(from: number, to: number, size: number): [first: number, end: number] {
  const first = Math.min(Math.round(from * size), size - 1)
  return [first, Math.max(first + 1, Math.round(to * size))]
}

/** Fills a rectangle of pixels; `right` and `bottom` are exclusive. */
function fill(canvas: Canvas, left: number, top: number, right: number, bottom: number, color: Color): void {
  const { width, height, data } = canvas
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, right); x++) data.set(color, (y * width + x) * 3)
  }
}

/** Fills a disc of pixels around a point. */
export function drawDisc(canvas: Canvas, [x, y]: Point, color: Color, radius: number): void {
  disc(canvas, x, y, color, radius)
}

function disc({ width, height, data }: Canvas, x: number, y: number, color: Color, radius: number): void {
  const within = Math.max(radius, 0.75) ** 2
  const [red, green, blue] = color
  for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(height - 1, y + radius); row++) {
    for (let column = Math.max(0, Math.floor(x - radius)); column <= Math.min(width - 1, x + radius); column++) {
      if ((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 > within) continue
      const at = (row * width + column) * 3
      data[at] = red
      data[at + 1] = green
      data[at + 2] = blue
    }
  }
}

/**
 * Draws a line with round ends. Distant ends are clipped first, so that an extreme coordinate doesn't take
 * extra time.
 */
export function drawLine(canvas: Canvas, from: Point, to: Point, color: Color, lineWidth: number): void {
  const limit = 4 * Math.max(canvas.width, canvas.height)
  if ([...from, ...to].some((coordinate) => Math.abs(coordinate) > limit)) return
  const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])))
  for (let i = 0; i <= steps; i++) {
    const part = i / steps
    disc(canvas, from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part, color, lineWidth / 2)
  }
}

/**
 * Blends a colour in wherever the mask, scaled to the canvas, is above the middle of its range. Yields
 * regularly, so that other work can run in between.
 */
export function* tint(canvas: Canvas, mask: Image, color: Color, opacity: number): Generator<void> {
  const { width, height, data } = canvas
  const { data: values, channels } = mask
  const [black, white] = mask.range ?? [0, 255]
  const middle = (black + white) / 2
  const [first, last] = litRows(mask, middle)
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor((x * mask.width) / width) * channels)
  const share = 1 - opacity
  const [red, green, blue] = color.map((byte) => byte * opacity) as [number, number, number]
  const rowsAtOnce = Math.ceil(PIXELS_AT_ONCE / width)
  for (let y = 0; y < height; y++) {
    if (y % rowsAtOnce === 0) yield
    const maskRow = Math.floor((y * mask.height) / height)
    if (maskRow < first || maskRow > last) continue
    const row = maskRow * mask.width * channels
    for (let x = 0; x < width; x++) {
      if ((values[row + (columns[x] as number)] as number) <= middle) continue
      const i = (y * width + x) * 3
      data[i] = Math.round((data[i] as number) * share + red)
      data[i + 1] = Math.round((data[i + 1] as number) * share + green)
      data[i + 2] = Math.round((data[i + 2] as number) * share + blue)
    }
  }
}

/**
 * The first and last row of a mask that contain a value above the middle of its range. Other rows can be
 * skipped, because most masks cover few rows.
 */
function litRows({ data, width, channels }: Image, middle: number): [first: number, last: number] {
  let [from, to] = [0, data.length - 1]
  while (from <= to && (data[from] as number) <= middle) from++
  while (to >= from && (data[to] as number) <= middle) to--
  const row = width * channels
  return [Math.floor(from / row), Math.floor(to / row)]
}
