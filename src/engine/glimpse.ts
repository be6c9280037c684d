/** The size of a small picture in pixels: its longer side, or both sides if it is to be square. */
export interface GlimpseSize {
  side: number
  isSquare: boolean
}

/** A small version of a picture or a label map. */
export interface Glimpse extends GlimpseSize {
  width: number
  height: number
  /** The size of the original. */
  of: { width: number; height: number }
  /** For a picture: height × width × channels. For a label map: its ids, height × width. */
  data: Uint8Array | Uint16Array | Float32Array
}

interface Picture {
  width: number
  height: number
  data: Uint8Array | Float32Array
}

interface LabelMap {
  width: number
  height: number
  data: Uint8Array | Uint16Array
}

/** Points sampled along each side of a cell, so that a large picture takes no longer than a small one. */
const POINTS = 4

/** A reduced picture. A picture that is small enough keeps its size, unless it is to be square. */
export function glimpse(picture: Picture, size: GlimpseSize): Glimpse {
  const { width, height, of } = sizesOf(picture, size)
  const length = (width * height * picture.data.length) / (of.width * of.height)
  const data = picture.data instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length)
  cellMeans(picture, width, height, data)
  return { ...size, width, height, of, data }
}

/** A reduced label map. Each pixel has the id at the centre of the area that it covers. */
export function labelGlimpse(map: LabelMap, size: GlimpseSize): Glimpse {
  const { width, height, of } = sizesOf(map, size)
  const [lines, places] = [placesOf(of.height, height), placesOf(of.width, width)]
  const data = map.data.slice(0, width * height)
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to++)
      data[to] = map.data[(lines[y] as number) * of.width + (places[x] as number)] as number
  return { ...size, width, height, of, data }
}

function sizesOf(of: Pick<Glimpse, 'width' | 'height'>, { side, isSquare }: GlimpseSize) {
  const scale = Math.min(1, side / Math.max(of.width, of.height))
  const sideOf = (length: number) => (isSquare ? side : Math.max(1, Math.round(length * scale)))
  return { width: sideOf(of.width), height: sideOf(of.height), of: { width: of.width, height: of.height } }
}

/**
 * Divides a picture into cells and writes the mean of each, channel by channel.
 *
 * @param into columns × rows × channels numbers; bytes are rounded
 */
export function cellMeans(
  { width, height, data }: Picture,
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

/** The positions of this many points, evenly spread along a side of this many pixels. */
function placesOf(size: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, point) => Math.floor(((point + 0.5) * size) / count))
}
