import { Image, inPieces } from '../types'

interface Size {
  width: number
  height: number
}

/**
 * A mask that is white where raw scores are above 0, in the size of a picture. Scores are interpolated, so
 * the edge is where the interpolated score is 0.
 *
 * @param scores row by row, in the size `of`
 * @param part the part of the scores that shows the picture; its width and height needn't be integers
 */
export async function scoresMask(
  scores: Float32Array,
  of: Size,
  part: Size & { left: number; top: number },
  { width, height }: Size,
): Promise<Image> {
  const across = neighbours(width, part.left, part.width, of.width)
  const down = neighbours(height, part.top, part.height, of.height)
  const data = new Uint8Array(width * height)
  const row = new Float32Array(of.width)
  let shown = -1
  await inPieces(data.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const y = Math.floor(i / width)
      if (y !== shown) mixRows(row, scores, down, y)
      shown = y
      const x = i - y * width
      const before = row[across.before[x] as number] as number
      const after = row[across.after[x] as number] as number
      if (before + (after - before) * (across.share[x] as number) > 0) data[i] = 255
    }
  })
  return new Image({ width, height, channels: 1, data })
}

/**
 * For each pixel along a side, the indexes of the scores on both sides, and the position between them from 0
 * to 1.
 */
interface Neighbours {
  before: Int32Array
  after: Int32Array
  share: Float32Array
}

function neighbours(pixels: number, start: number, length: number, scores: number): Neighbours {
  const places = Float64Array.from({ length: pixels }, (_, i) =>
    Math.min(scores - 1, Math.max(0, start + ((i + 0.5) * length) / pixels - 0.5)),
  )
  return {
    before: Int32Array.from(places, Math.floor),
    after: Int32Array.from(places, Math.ceil),
    share: Float32Array.from(places, (place) => place - Math.floor(place)),
  }
}

function mixRows(row: Float32Array, scores: Float32Array, { before, after, share }: Neighbours, y: number): void {
  const [upper, lower] = [(before[y] as number) * row.length, (after[y] as number) * row.length]
  const part = share[y] as number
  for (let x = 0; x < row.length; x++) {
    const above = scores[upper + x] as number
    row[x] = above + ((scores[lower + x] as number) - above) * part
  }
}
