/** How small a picture is wanted: its longer side, or both sides where it is made square. Pixels. */
export interface GlimpseSize {
  side: number
  isSquare: boolean
}

/** A small form of a picture. */
export interface Glimpse extends GlimpseSize {
  width: number
  height: number
  /** Of the picture. */
  of: { width: number; height: number }
  /** As the picture's own: height × width × channels. */
  data: Uint8Array | Float32Array
}

/** Points a side of each cell that are looked at: a large picture costs no more than a small one. */
const POINTS = 4

/** A picture made small. One that is no larger keeps its size, unless it is to be square. */
export function glimpse(picture: Pick<Glimpse, 'width' | 'height' | 'data'>, size: GlimpseSize): Glimpse {
  const { side, isSquare } = size
  const of = { width: picture.width, height: picture.height }
  const scale = Math.min(1, side / Math.max(of.width, of.height))
  const sideOf = (length: number) => (isSquare ? side : Math.max(1, Math.round(length * scale)))
  const [width, height] = [sideOf(of.width), sideOf(of.height)]
  const length = (width * height * picture.data.length) / (of.width * of.height)
  const data = picture.data instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length)
  cellMeans(picture, width, height, data)
  return { side, isSquare, width, height, of, data }
}

/**
 * Divides a picture into cells and writes the mean of each, channel by channel.
 *
 * @param into columns × rows × channels numbers; bytes are rounded
 */
export function cellMeans(
  { width, height, data }: Pick<Glimpse, 'width' | 'height' | 'data'>,
  columns: number,
  rows: number,
  into: Uint8Array | Float32Array,
): void {
  const channels = data.length / (width * height)
  const down = pointsIn(height, rows)
  const across = pointsIn(width, columns)
  const lines = placesOf(height, rows * down)
  const places = placesOf(width, columns * across)
  const share = 1 / (across * down)
  const half = into instanceof Float32Array ? 0 : 0.5
  const sums = new Float64Array(columns)
  for (let row = 0; row < rows; row++)
    for (let channel = 0; channel < channels; channel++) {
      sums.fill(half)
      for (let line = row * down; line < (row + 1) * down; line++) {
        const start = (lines[line] as number) * width * channels + channel
        for (let column = 0, x = 0; column < columns; column++) {
          let sum = 0
          for (const end = x + across; x < end; x++) sum += data[start + (places[x] as number) * channels] as number
          sums[column] = (sums[column] as number) + sum * share
        }
      }
      for (let column = 0; column < columns; column++)
        into[(row * columns + column) * channels + channel] = sums[column] as number
    }
}

const pointsIn = (size: number, cells: number) => Math.min(POINTS, Math.ceil(size / cells))

/** Where on a side of this many pixels so many points are that are spread evenly. */
function placesOf(size: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, point) => Math.floor(((point + 0.5) * size) / count))
}
