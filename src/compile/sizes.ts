import { resizePlane } from '../engine/lane/resize-plane'
import { type Kernel, resize, resizeLabels } from '../images'
import { type Placement, reflected } from '../models/fit'
import type { SizeSpec } from '../models/manifest'
import { Image, Segmentation } from '../types'
import type { Glue } from './glue'

/**
 * Resizing is linear and separable: all rows are changed in the same way, and all columns too. So it is two
 * matrices. They aren't calculated but measured, by resizing pictures with a few bright columns or rows with
 * the flow's own code.
 */
export interface Matrix {
  rows: number
  columns: number
  values: Float32Array
}

interface Sized {
  width: number
  height: number
}

/** The matrices, for rows and for columns, that resize pictures from one size to another. */
async function resizing(from: Sized, to: Sized, kernel: Kernel): Promise<{ down: Matrix; across: Matrix }> {
  if (from.width === to.width && from.height === to.height)
    return { down: identity(from.height), across: identity(from.width) }
  const key = JSON.stringify([from.width, from.height, to.width, to.height, kernel])
  const known = measured.get(key)
  if (known) return known
  // For reduction, the axes are independent, so narrow test pictures are enough. Enlargement changes both
  // axes at once.
  const isReduced = to.width <= from.width && to.height <= from.height
  const along = (axis: 'width' | 'height') => {
    const narrow = (size: Sized) => (isReduced ? { width: 4, height: 4, [axis]: size[axis] } : size)
    return measure(narrow(from), narrow(to), axis, kernel)
  }
  const made = { down: await along('height'), across: await along('width') }
  measured.set(key, made)
  return made
}

const measured = new Map<string, { down: Matrix; across: Matrix }>()

/** Measures resizing along one axis. Test pictures are constant along the other axis. */
async function measure(from: Sized, to: Sized, axis: 'width' | 'height', kernel: Kernel): Promise<Matrix> {
  const [old, fresh] = [from[axis], to[axis]]
  const values = new Float32Array(fresh * old)
  // Far enough apart that no kernel reaches from one bright line to the middle between it and the next.
  const apart = Math.min(old, 2 * Math.ceil(5 * Math.max(1, old / fresh)) + 4)
  for (let first = 0; first < apart; first++) {
    const seen = await resize(withLines(from, axis, first, apart), to.width, to.height, 'fill', kernel)
    const other = axis === 'width' ? Math.floor(to.height / 2) * to.width : Math.floor(to.width / 2)
    for (let at = 0; at < fresh; at++) {
      const line = first + Math.round(((at + 0.5) * old) / fresh / apart - (first + 0.5) / apart) * apart
      const pixel = 3 * (axis === 'width' ? other + at : at * to.width + other)
      const [bright, least, most] = seen.data.subarray(pixel, pixel + 3) as unknown as [number, number, number]
      // The result for 0 is halfway between the results for −1 and 1.
      const value = bright - (least + most) / 2
      if (line >= 0 && line < old && Math.abs(value) > ROUNDING) values[at * old + line] = value
    }
  }
  for (let at = 0; at < fresh; at++) {
    const row = values.subarray(at * old, (at + 1) * old)
    const total = row.reduce((sum, value) => sum + value, 0)
    for (let i = 0; i < old; i++) row[i] = (row[i] as number) / total
  }
  return { rows: fresh, columns: old, values }
}

/** Smaller weights are rounding errors. */
const ROUNDING = 2e-4

/** Lines of 1 on a background of 0. Two more channels make room for negative results. */
function withLines({ width, height }: Sized, axis: 'width' | 'height', first: number, apart: number): Image {
  const data = new Float32Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const place = axis === 'width' ? i % width : Math.floor(i / width)
    data.set([place % apart === first ? 1 : 0, -1, 1], 3 * i)
  }
  return new Image({ width, height, channels: 3, data })
}

/** The transpose of a matrix of `rows` × `columns` numbers. */
function transposed(data: Float32Array, rows: number, columns: number): Matrix {
  const values = new Float32Array(rows * columns)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) values[x * rows + y] = data[y * columns + x] as number
  return { rows: columns, columns: rows, values }
}

function identity(size: number): Matrix {
  const values = new Float32Array(size * size)
  for (let i = 0; i < size; i++) values[i * size + i] = 1
  return { rows: size, columns: size, values }
}

/** A matrix with its rows in another order; missing rows are 0. */
function picked(matrix: Matrix, order: (number | undefined)[]): Matrix {
  const { columns } = matrix
  const values = new Float32Array(order.length * columns)
  order.forEach((row, i) => {
    if (row !== undefined && row >= 0 && row < matrix.rows)
      values.set(matrix.values.subarray(row * columns, (row + 1) * columns), i * columns)
  })
  return { rows: order.length, columns, values }
}

/** A matrix for a longer input of which only the part from `start` on counts. */
function within(matrix: Matrix, start: number, length: number): Matrix {
  const values = new Float32Array(matrix.rows * length)
  for (let row = 0; row < matrix.rows; row++)
    values.set(matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns), row * length + start)
  return { rows: matrix.rows, columns: length, values }
}

const isSame = ({ rows, columns, values }: Matrix) =>
  rows === columns && values.every((value, i) => value === (i % (columns + 1) === 0 ? 1 : 0))

/**
 * Applies matrices for rows and for columns to floats [channels, height, width].
 * @param between is applied to the picture after the first of the two
 */
function times(glue: Glue, name: string, down: Matrix, across: Matrix, between = (rows: string) => rows): string {
  const turned = new Float32Array(across.values.length)
  for (let y = 0; y < across.rows; y++)
    for (let x = 0; x < across.columns; x++)
      turned[x * across.rows + y] = across.values[y * across.columns + x] as number
  let last = name
  if (!isSame(down)) last = glue.add('MatMul', [glue.constant([down.rows, down.columns], [...down.values]), last])
  if (last !== name && !isSame(across)) last = between(last)
  if (!isSame(across)) last = glue.add('MatMul', [last, glue.constant([across.columns, across.rows], [...turned])])
  return last
}

/** Resizes and moves bytes [height, width, channels]. */
function changed(glue: Glue, name: string, down: Matrix, across: Matrix, fill?: Fill): string {
  if (isSame(down) && isSame(across)) return name
  const planes = glue.transpose(glue.cast(name, 'float32'), [2, 0, 1])
  // For reduction, the rows come first and are rounded to bytes before the columns are changed.
  const isEnlarged = down.rows > down.columns && across.rows > across.columns
  const sized = times(glue, planes, down, across, isEnlarged ? undefined : glue.shades)
  const filled = fill ? glue.add('Add', [sized, glue.constant(fill.dims, fill.values)]) : sized
  return glue.bytes(glue.transpose(filled, [1, 2, 0]))
}

interface Fill {
  dims: number[]
  values: number[]
}

/** Puts a picture's bytes on a model's canvas, as `place` does. */
export async function placed(
  glue: Glue,
  picture: Sized & { name: string; channels: number },
  where: Placement,
  size: SizeSpec,
): Promise<string> {
  const { box } = where
  const isMirrored = 'pad' in size && size.pad === 'mirror'
  const { down, across } = await resizing(picture, box, size.kernel ?? 'lanczos3')
  const along = (matrix: Matrix, start: number, length: number, canvas: number) => {
    const order = Array.from({ length: canvas }, (_, i) => (isMirrored ? reflected(i, length) : i - start))
    return picked(matrix, order)
  }
  const rows = along(down, box.top, box.height, where.height)
  const columns = along(across, box.left, box.width, where.width)
  return changed(glue, picture.name, rows, columns, isMirrored ? undefined : fillOf(where, picture.channels, size))
}

/** The area around the picture. */
function fillOf({ width, height, box }: Placement, channels: number, size: SizeSpec): Fill | undefined {
  const fill = ('fill' in size && size.fill) || 0
  const isInside = (at: number, start: number, length: number) => at >= start && at < start + length
  if (fill === 0 || (box.width >= width && box.height >= height)) return undefined
  const values = Array.from({ length: channels * height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height]
    if (isInside(x, box.left, box.width) && isInside(y, box.top, box.height)) return 0
    return typeof fill === 'number' ? fill : (fill[Math.floor(i / (width * height))] ?? 255)
  })
  return { dims: [channels, height, width], values }
}

/** A part of a picture in another size. */
export async function restored(
  glue: Glue,
  picture: Sized & { name: string },
  part: Placement['box'],
  to: Sized,
  kernel: Kernel = 'lanczos3',
): Promise<string> {
  const { down, across } = await resizing(part, to, kernel)
  const rows = within(down, part.top, picture.height)
  const columns = within(across, part.left, picture.width)
  return changed(glue, picture.name, rows, columns)
}

/** Resizes planes of floats [channels, height, width] as the engine does; `box` is in fractions. */
export function planesSized(
  glue: Glue,
  planes: Sized & { name: string },
  to: Sized,
  box: readonly [number, number, number, number],
): string {
  const along = (from: number, size: number, start: number, length: number) => {
    const seen = resizePlane(identity(from).values, from, from, {
      width: size,
      height: from,
      box: [start, 0, length, 1],
    })
    return transposed(seen, from, size)
  }
  const down = along(planes.height, to.height, box[1], box[3])
  const across = along(planes.width, to.width, box[0], box[2])
  return times(glue, planes.name, down, across)
}

/** Resizes a label map [height, width]; each pixel gets the nearest label. */
export async function labelsSized(glue: Glue, map: Sized & { name: string }, to: Sized): Promise<string> {
  const along = async (from: number, size: number): Promise<number[]> => {
    const data = Uint16Array.from({ length: from }, (_, i) => i)
    const labels = Array.from({ length: from }, (_, i) => `${i}`)
    const seen = await resizeLabels(new Segmentation({ width: from, height: 1, data, labels }), size, 1)
    return Array.from(seen.data)
  }
  let last = map.name
  for (const [axis, from, size] of [
    [0, map.height, to.height],
    [1, map.width, to.width],
  ] as const)
    if (from !== size)
      last = glue.add('Gather', [last, glue.constant([size], await along(from, size), 'int64')], { axis })
  return last
}
