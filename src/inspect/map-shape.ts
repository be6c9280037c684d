import type { Layout, TensorInfo } from '../engine'
import { type PictureShape, pictureShape } from './shapes'

/** The layout and sides of the input picture. */
type Sides = Pick<PictureShape, 'layout'> & { width?: number | undefined; height?: number | undefined }

/** The minimum side of a map; anything smaller isn't one. */
const SMALLEST = 8

/**
 * How an output holds a picture or map, judged by the input picture if there is one: its sides are equal, or all larger
 * or smaller by the same factor. Null if it holds none.
 */
export function mapShape(
  { shape, dtype }: Pick<TensorInfo, 'shape' | 'dtype'>,
  from: Sides | undefined,
): PictureShape | null {
  if (dtype === 'bool' || isTable(shape)) return null
  if (shape.length === 2) return from ? ofTwo(shape, from) : null
  if (shape.length < 3) return null
  if (!from) {
    const alone = pictureShape(shape)
    // Rows of a batch, as of text or a sound, aren't a picture.
    const areRows =
      shape.length === 3 &&
      alone &&
      (![1, 3, 4].includes(alone.channels) ||
        alone.width === undefined ||
        alone.height === undefined ||
        Math.abs(Math.log(alone.width / alone.height)) > 1)
    return areRows ? null : alone
  }
  const isLast = from.layout.endsWith('HWC')
  if (shape.length === 3) return ofThree(shape, from)
  if (shape.length !== 4 || (typeof shape[0] === 'number' && shape[0] > 1)) return null
  const [first, , third] = shape.slice(1) as (number | string)[]
  const found = readings(shape.slice(1), 'N').filter((reading) => resembles(reading, from, 0.15))
  const exact = found.filter(({ width }) => width !== undefined && width === from.width)
  const best = exact.length > 0 ? exact : found
  const usual = best.find(({ layout }) => layout.endsWith('HWC') === isLast)
  if (best.length > 0) return usual ?? (best[0] as PictureShape)
  // If the size is free, the picture's number of channels decides, otherwise the names of the dimensions.
  const planes = isLast ? third : first
  const known = typeof planes === 'number' ? { channels: planes, isLast } : undefined
  const other = pictureShape(shape, known)
  if (other && (other.width === undefined || from.width === undefined)) return other
  return shape.slice(-2).every((side) => typeof side === 'string')
    ? { layout: 'NCHW', channels: 3, height: undefined, width: undefined }
    : null
}

/** Reads two dimensions as a single map. */
function ofTwo(shape: TensorInfo['shape'], picture: Sides): PictureShape | null {
  const [height, width] = shape.map(sideOf)
  const map: PictureShape = { layout: 'CHW', channels: 1, height, width }
  return resembles(map, picture, 0.06) ? map : null
}

/**
 * Reads three dimensions as a map without a batch, or as a batch of one-channel maps: a depth map, or label
 * numbers.
 */
function ofThree(shape: TensorInfo['shape'], picture: Sides): PictureShape | null {
  const [first, ...sides] = shape as [number | string, number | string, number | string]
  const hasBatch = picture.layout.startsWith('N')
  const isBatch = typeof first === 'string' || first === 1 || first <= 0
  if (!hasBatch || !isBatch) {
    const found = readings(shape, '').filter((reading) => resembles(reading, picture, 0.06))
    const usual = found.find(({ layout }) => layout.endsWith('HWC') === picture.layout.endsWith('HWC'))
    if (found.length > 0) return usual ?? (found[0] as PictureShape)
    if (!isBatch) return null
  }
  const [height, width] = sides.map(sideOf)
  const map: PictureShape = { layout: 'CHW', channels: 1, height, width }
  if (height === undefined && width === undefined) return map
  if (height === undefined || width === undefined) return null
  return resembles(map, picture, 0.06) ? map : null
}

/** Reads three dimensions with the channels before the sides, and after them. */
function readings(dims: TensorInfo['shape'], batch: 'N' | ''): PictureShape[] {
  const [a, b, c] = dims as [number | string, number | string, number | string]
  const each: [Layout, number | string, number | string, number | string][] = [
    [`${batch}CHW` as Layout, a, b, c],
    [`${batch}HWC` as Layout, c, a, b],
  ]
  return each.flatMap(([layout, channels, height, width]) =>
    typeof channels === 'number' && channels > 0
      ? [{ layout, channels, height: sideOf(height), width: sideOf(width) }]
      : [],
  )
}

const sideOf = (side: number | string) => (typeof side === 'number' && side > 0 ? side : undefined)

/** Whether a map has the picture's proportions, at least roughly. */
function resembles(map: PictureShape, { width, height }: Sides, most: number): boolean {
  if (!map.width || !map.height || !width || !height) return false
  if (map.width < SMALLEST || map.height < SMALLEST) return false
  return Math.abs(Math.log(map.width / map.height / (width / height))) < most
}

/** Whether a tensor is a table: many more rows than columns. */
export function isTable(shape: TensorInfo['shape']): boolean {
  const [, rows, columns] = shape
  return (
    shape.length === 3 &&
    typeof rows === 'number' &&
    typeof columns === 'number' &&
    Math.max(rows, columns) >= 100 &&
    Math.min(rows, columns) < 200 &&
    Math.max(rows, columns) / Math.min(rows, columns) > 4
  )
}
