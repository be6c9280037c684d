import type { Image } from '../../types'
import type { Job } from './task'

/** Settings of a step with the task `lines`. */
export interface LinesSettings {
  /**
   * The list of lines: things with `text` and four landmarks, clockwise from the upper left, as seen in the
   * picture.
   */
  of: string
  /** The picture they are in. */
  on: string
  /** The name of a field with an additional rotation of each line, in degrees. */
  turn?: string
}

type Point = [x: number, y: number]

interface Line {
  text?: string
  landmarks?: Point[]
  [field: string]: unknown
}

/**
 * The maximum distance between the centres of two lines in the same row, as a fraction of a line's height.
 */
const SAME_ROW = 0.5
/** A line at least this many times as high as wide is vertical. */
const UPRIGHT = 1.5

/** The text of the lines in reading order, one row per line of text, under the name `to`. */
export async function lines({ variant, inputs, to = 'text' }: Job): Promise<Record<string, unknown>> {
  const { of, on, turn } = variant.settings as unknown as LinesSettings
  const { width, height } = inputs[on] as Image
  const rows = rowsOf(inputs[of] as Line[], { width, height }, turn)
  const text = rows.map((row) => row.map((line) => line.text ?? '').join(' ')).join('\n')
  return { [to]: text }
}

/**
 * Rows from top to bottom, and the lines in each from left to right, relative to the direction of most lines.
 */
export function rowsOf(
  all: readonly Line[],
  { width, height }: { width: number; height: number },
  turn?: string,
): Line[][] {
  const placed = all.map((line) => ({ line, ...placeOf(line, width, height, turn) }))
  const angle = Math.atan2(
    placed.reduce((sum, { right, length }) => sum + right[1] * length, 0),
    placed.reduce((sum, { right, length }) => sum + right[0] * length, 0),
  )
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const seen = placed
    .map(({ line, middle: [x, y], tall }) => ({ line, x: x * cos + y * sin, y: y * cos - x * sin, tall }))
    .sort((a, b) => a.y - b.y)
  const rows: (typeof seen)[] = []
  for (const one of seen) {
    const row = rows.at(-1)
    const last = row?.at(-1)
    const isBeside = last !== undefined && Math.abs(one.y - last.y) < SAME_ROW * Math.min(one.tall, last.tall)
    if (row && isBeside) row.push(one)
    else rows.push([one])
  }
  return rows.map((row) => row.sort((a, b) => a.x - b.x).map(({ line }) => line))
}

/** A line's centre, reading direction, length and height, in pixels. */
function placeOf(line: Line, width: number, height: number, turn?: string) {
  const corners = (line.landmarks ?? []).map(([x, y]): Point => [x * width, y * height])
  const [a = [0, 0], b = a, c = b, d = a] = corners as [Point?, Point?, Point?, Point?]
  const middle: Point = [(a[0] + b[0] + c[0] + d[0]) / 4, (a[1] + b[1] + c[1] + d[1]) / 4]
  const along: Point = [b[0] - a[0], b[1] - a[1]]
  const down: Point = [d[0] - a[0], d[1] - a[1]]
  const isUpright = Math.hypot(...down) >= UPRIGHT * Math.hypot(...along)
  const flipped = (turn === undefined ? 0 : Number(line[turn]) || 0) === 180 ? -1 : 1
  const direction = isUpright ? down : along
  const length = Math.hypot(...direction) || 1
  const right: Point = [(flipped * direction[0]) / length, (flipped * direction[1]) / length]
  return { middle, right, length, tall: Math.hypot(...(isUpright ? along : down)) }
}
