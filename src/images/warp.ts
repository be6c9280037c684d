import { Image, toBytes } from '../types'
import { crop } from './geometry'
import { resize } from './resize'

/**
 * A 3 × 3 matrix, row by row. It maps a point [x, y, 1] of one picture to another in homogeneous coordinates.
 */
export type Matrix = readonly [number, number, number, number, number, number, number, number, number]

export type Place = readonly [x: number, y: number]

/** Maps a point. */
export function mapped([a, b, c, d, e, f, g, h, i]: Matrix, [x, y]: Place): [number, number] {
  const w = g * x + h * y + i
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w]
}

/** The inverse matrix. */
export function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const [A, B, C] = [e * i - f * h, c * h - b * i, b * f - c * e]
  const [D, E, F] = [f * g - d * i, a * i - c * g, c * d - a * f]
  const [G, H, I] = [d * h - e * g, b * g - a * h, a * e - b * d]
  const det = a * A + b * D + c * G
  return [A / det, B / det, C / det, D / det, E / det, F / det, G / det, H / det, I / det]
}

/** The matrix that maps the corners of the unit square to these points, clockwise from the upper left. */
export function fromSquare([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: readonly [Place, Place, Place, Place]): Matrix {
  const [dx1, dx2, dx3] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3]
  const [dy1, dy2, dy3] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3]
  const det = dx1 * dy2 - dx2 * dy1 || Number.EPSILON
  const [g, h] = [(dx3 * dy2 - dx2 * dy3) / det, (dx1 * dy3 - dx3 * dy1) / det]
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
}

/**
 * Renders a picture through a matrix that maps fractions of the new picture (0 to 1) to fractions of the
 * given one. If it is scaled down, it is reduced first, so that no pixels are skipped.
 *
 * @param beyond what is outside the picture: its edge pixels repeated (`edge`), or black (`black`)
 */
export async function warp(
  given: Image,
  matrix: Matrix,
  width: number,
  height: number,
  beyond: 'edge' | 'black',
): Promise<Image> {
  const image = toBytes(given)
  const seen = boxSeen(matrix, image)
  const times = shrinking(matrix, image, width, height)
  if (times < 2) return look(image, matrix, width, height, beyond)
  const [left, top, right, bottom] = seen
  const part = await crop(image, seen)
  const less = (side: number) => Math.max(1, Math.round(side / times))
  const small = await resize(part, less(part.width), less(part.height), 'fill', 'linear')
  return look(small, within(matrix, left, top, right - left, bottom - top), width, height, beyond)
}

/** The visible part of the picture in whole pixels, plus two pixels on each side. */
function boxSeen(matrix: Matrix, { width, height }: Image): [number, number, number, number] {
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ].map((corner) => mapped(matrix, corner as unknown as Place))
  const side = (axis: 0 | 1, size: number): [number, number] => {
    const all = corners.map((corner) => corner[axis] * size)
    const from = Math.min(size - 1, Math.max(0, Math.floor(Math.min(...all)) - 2))
    const to = Math.max(from + 1, Math.min(size, Math.ceil(Math.max(...all)) + 2))
    return [from / size, to / size]
  }
  const [[left, right], [top, bottom]] = [side(0, width), side(1, height)]
  return [left, top, right, bottom]
}

/** The same matrix for a part of the picture. */
function within(matrix: Matrix, left: number, top: number, width: number, height: number): Matrix {
  const [a, b, c, d, e, f, g, h, i] = matrix
  return [
    (a - left * g) / width,
    (b - left * h) / width,
    (c - left * i) / width,
    (d - top * g) / height,
    (e - top * h) / height,
    (f - top * i) / height,
    g,
    h,
    i,
  ]
}

/**
 * How many pixels of the given picture correspond to one pixel of the new one at its centre, in each
 * direction.
 */
function shrinking(matrix: Matrix, image: Image, width: number, height: number): number {
  const middle = mapped(matrix, [0.5, 0.5])
  const along = (place: Place) => {
    const [x, y] = mapped(matrix, place)
    return Math.hypot((x - middle[0]) * image.width, (y - middle[1]) * image.height)
  }
  return Math.min(along([0.5 + 1 / width, 0.5]), along([0.5, 0.5 + 1 / height]))
}

function look(image: Image, matrix: Matrix, width: number, height: number, beyond: 'edge' | 'black'): Image {
  const isLevel = Math.abs(matrix[6]) < 1e-9 && Math.abs(matrix[7]) < 1e-9 && matrix[8] === 1
  return isLevel && beyond === 'edge'
    ? stepped(image, matrix, width, height)
    : sampled(image, matrix, width, height, beyond)
}

/**
 * The same without perspective, where the step between pixels is constant. Coordinates are in 1/256 of a
 * pixel.
 */
function stepped({ width: w, height: h, channels, data }: Image, matrix: Matrix, width: number, height: number): Image {
  const [a, b, c, d, e, f] = matrix
  const right = (w - 1) * 256
  const below = (h - 1) * 256
  const row = w * channels
  const made = new Uint8Array(width * height * channels)
  const stepX = (a * w * 256) / width
  const stepY = (d * h * 256) / width
  let to = 0
  for (let y = 0; y < height; y++) {
    const v = (y + 0.5) / height
    let sx = (a * (0.5 / width) + b * v + c) * w * 256 - 127.5
    let sy = (d * (0.5 / width) + e * v + f) * h * 256 - 127.5
    for (let x = 0; x < width; x++, sx += stepX, sy += stepY, to += channels) {
      const px = Math.min(right, Math.max(0, sx)) | 0
      const py = Math.min(below, Math.max(0, sy)) | 0
      const fx = px & 255
      const fy = py & 255
      const from = (py >> 8) * row + (px >> 8) * channels
      const next = fx > 0 ? channels : 0
      const under = fy > 0 ? row : 0
      for (let at = from; at < from + channels; at++) {
        const upper = (data[at] as number) * (256 - fx) + (data[at + next] as number) * fx
        const lower = (data[at + under] as number) * (256 - fx) + (data[at + under + next] as number) * fx
        made[to + at - from] = (upper * (256 - fy) + lower * fy + 32_768) >> 16
      }
    }
  }
  return new Image({ width, height, channels, data: made })
}

/** Interpolates bilinearly between the four nearest pixels. */
function sampled(image: Image, matrix: Matrix, width: number, height: number, beyond: 'edge' | 'black'): Image {
  const { channels, data } = image
  const [a, b, c, d, e, f, g, h, i] = matrix
  const right = image.width - 1
  const below = image.height - 1
  const row = image.width * channels
  const made = new Uint8Array(width * height * channels)
  let to = 0
  // Allocates nothing per pixel, because it runs for every frame of a video.
  for (let y = 0; y < height; y++) {
    const v = (y + 0.5) / height
    for (let x = 0; x < width; x++, to += channels) {
      const u = (x + 0.5) / width
      const w = g * u + h * v + i
      const sx = (a * u + b * v + c) / w
      const sy = (d * u + e * v + f) / w
      if (beyond === 'black' && !(sx >= 0 && sy >= 0 && sx <= 1 && sy <= 1)) continue
      const px = Math.min(right, Math.max(0, sx * image.width - 0.5))
      const py = Math.min(below, Math.max(0, sy * image.height - 0.5))
      const left = Math.floor(px)
      const top = Math.floor(py)
      const fx = px - left
      const fy = py - top
      const from = top * row + left * channels
      const next = left < right ? channels : 0
      const under = top < below ? row : 0
      for (let k = 0; k < channels; k++) {
        const at = from + k
        const upper = (data[at] as number) * (1 - fx) + (data[at + next] as number) * fx
        const lower = (data[at + under] as number) * (1 - fx) + (data[at + under + next] as number) * fx
        made[to + k] = upper * (1 - fy) + lower * fy + 0.5
      }
    }
  }
  return new Image({ width, height, channels, data: made })
}
