import { fromSquare, inverse, type Matrix, mapped, warp } from '../../images'
import type { Image } from '../../types'
import { boxAround, type Corners } from '../detection/turned'
import type { CropSpec, LandmarkPlace } from '../manifest'

type Point = [x: number, y: number]

/** The object that a crop surrounds. Coordinates are fractions of the picture, and may be outside it. */
export interface Thing {
  box?: Corners
  landmarks?: Point[]
  [field: string]: unknown
}

interface Size {
  width: number
  height: number
}

/** A part of a picture. */
export interface Crop extends Size {
  /** Maps fractions of the crop to fractions of the picture. */
  matrix: Matrix
  beyond: 'edge' | 'black'
}

/** The crop around an object. Its width and height are in pixels of the picture, and needn't be integers. */
export function cropOf(thing: Thing, spec: CropSpec = {}, picture: Size): Crop {
  if (spec.around === 'corners') return cornersCrop(thing, spec, picture)
  const inPixels = ([x, y]: Point): Point => [x * picture.width, y * picture.height]
  const points = (thing.landmarks ?? []).map(inPixels)
  const angle = angleOf(points, spec) + radians(thing, spec)
  const { middle, width, height } = frameOf(thing, points, angle, spec, picture)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [right, down] = spec.shift ?? [0, 0]
  const x = middle[0] + width * right * cos - height * down * sin
  const y = middle[1] + width * right * sin + height * down * cos
  const sides = spec.square ? [Math.max(width, height), Math.max(width, height)] : [width, height]
  const [wider, higher] = [spec.enlarge ?? 1].flat() as [number, number?]
  const [w, h] = [Math.max(1, (sides[0] as number) * wider), Math.max(1, (sides[1] as number) * (higher ?? wider))]
  const corner = (across: number, along: number): Point => [
    (x + across * w * cos - along * h * sin) / picture.width,
    (y + across * w * sin + along * h * cos) / picture.height,
  ]
  const corners = [corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)] as const
  return { width: w, height: h, matrix: fromSquare(corners), beyond: spec.beyond ?? 'edge' }
}

/** The object's box, or the smallest box at this rotation that contains its points. */
function frameOf(thing: Thing, points: Point[], angle: number, { around = 'box' }: CropSpec, picture: Size) {
  if (typeof around === 'object' && 'middle' in around) {
    const [middle, edge] = [pointAt(points, around.middle), pointAt(points, around.edge)]
    const across = 2 * Math.hypot(edge[0] - middle[0], edge[1] - middle[1])
    return { middle, width: across, height: across }
  }
  const chosen = around === 'points' ? points : Array.isArray(around) ? around.map((at) => pointAt(points, at)) : []
  if (chosen.length === 0) {
    const [left, top, right, bottom] = thing.box ?? [0, 0, 1, 1]
    const middle: Point = [((left + right) / 2) * picture.width, ((top + bottom) / 2) * picture.height]
    return { middle, width: (right - left) * picture.width, height: (bottom - top) * picture.height }
  }
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [left, top, right, bottom] = boxAround(chosen.map(([x, y]) => [x * cos + y * sin, y * cos - x * sin]))
  const [x, y] = [(left + right) / 2, (top + bottom) / 2]
  return { middle: [x * cos - y * sin, x * sin + y * cos] as Point, width: right - left, height: bottom - top }
}

/** A crop's clockwise rotation, in radians. */
function angleOf(points: Point[], { up, right }: CropSpec): number {
  const line = up ?? right
  if (!line) return 0
  const [from, to] = [pointAt(points, line[0]), pointAt(points, line[1])]
  return Math.atan2(to[1] - from[1], to[0] - from[0]) + (up ? Math.PI / 2 : 0)
}

function radians(thing: Thing, { turn }: CropSpec): number {
  return turn === undefined ? 0 : ((Number(thing[turn]) || 0) * Math.PI) / 180
}

function pointAt(points: Point[], place: LandmarkPlace): Point {
  const all = [place].flat().map((at) => {
    const point = points[at]
    if (point) return point
    const there = points.length === 0 ? 'no points' : `points 0 to ${points.length - 1}`
    throw new Error(
      `A crop needs point ${at}, but the things have ${there}: check "crop" and "follow" in the manifest.`,
    )
  })
  return [all.reduce((sum, [x]) => sum + x, 0) / all.length, all.reduce((sum, [, y]) => sum + y, 0) / all.length]
}

function cornersCrop(thing: Thing, spec: CropSpec, picture: Size): Crop {
  const points = thing.landmarks ?? []
  if (points.length < 4)
    throw new Error(
      `A crop needs a thing's four corners, but it has ${points.length} points: check "crop" in the manifest.`,
    )
  const [a, b, c, d] = turnedCorners(points.slice(0, 4) as [Point, Point, Point, Point], thing, spec, picture)
  const far = ([x0, y0]: Point, [x1, y1]: Point) => Math.hypot((x1 - x0) * picture.width, (y1 - y0) * picture.height)
  const width = Math.max(1, far(a, b), far(d, c))
  const height = Math.max(1, far(a, d), far(b, c))
  return { width, height, matrix: fromSquare([a, b, c, d]), beyond: spec.beyond ?? 'edge' }
}

/** Reorders the corners clockwise, starting at the upper left as the text is read. */
export function turnedCorners(
  corners: [Point, Point, Point, Point],
  thing: Thing,
  spec: CropSpec,
  picture: Size,
): [Point, Point, Point, Point] {
  const [a, b, , d] = corners
  const far = ([x0, y0]: Point, [x1, y1]: Point) => Math.hypot((x1 - x0) * picture.width, (y1 - y0) * picture.height)
  // The first corner of vertical text is its upper right one, as if the line had been rotated clockwise.
  const quarters =
    (spec.upright !== undefined && far(a, d) >= spec.upright * far(a, b) ? 1 : 0) + quartersOf(thing, spec)
  return [0, 1, 2, 3].map((i) => corners[(i + quarters) % 4] as Point) as [Point, Point, Point, Point]
}

function quartersOf(thing: Thing, { turn }: CropSpec): number {
  const degrees = turn === undefined ? 0 : Number(thing[turn]) || 0
  return ((Math.round(degrees / 90) % 4) + 4) % 4
}

/** Renders a crop at this size in pixels. */
export function cut(image: Image, { matrix, beyond }: Crop, width: number, height: number): Promise<Image> {
  return warp(image, matrix, width, height, beyond)
}

/** Converts a point in a crop to fractions of the picture. */
export function pointBack({ matrix }: Crop, point: Point): Point {
  return mapped(matrix, point)
}

/** Places a picture of a crop, such as a mask, in the whole picture, on black. */
export function pictureBack({ matrix }: Crop, image: Image, { width, height }: Size): Promise<Image> {
  return warp(image, inverse(matrix), width, height, 'black')
}
