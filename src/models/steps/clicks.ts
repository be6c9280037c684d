import type { Image } from '../../types'
import type { Corners } from '../detection/candidates'
import { placement } from '../fit'
import type { FeedSpec } from '../manifest'
import type { State } from '../tasks/task'
import { createFollower } from './follow'

type ClicksFeed = Extract<FeedSpec, { kind: 'clicks' }>

/** A point that a network is told of, 0 to 1: 1 of the thing, 0 beside it, 2 and 3 the corners of its box. */
interface Click {
  x: number
  y: number
  label: 0 | 1 | 2 | 3
}

/** What a message says of a point. */
interface Point {
  x: number
  y: number
  /** Default true. */
  include?: unknown
}

/** By how much the box around what was chosen before is larger on each side: the thing moves. */
const MOVES = 0.05

/** What was clicked; else, where a video is followed, the box around what was chosen in the picture before. */
export function clicksOf(
  { from, points, box, follow }: ClicksFeed,
  inputs: Readonly<Record<string, unknown>>,
  state: State,
): Click[] {
  const given = (inputs[points] ?? []) as Point[]
  const corners = (box === undefined ? undefined : inputs[box]) as Corners | undefined
  const clicks = given.map(({ x, y, include = true }): Click => ({ x, y, label: isIncluded(include) ? 1 : 0 }))
  if (corners) clicks.push(...cornersOf(corners))
  if (clicks.length > 0 || !follow) return clicks
  const [last] = createFollower(state, inputs[from] as Image).last
  return last?.box ? cornersOf(last.box) : []
}

/** Whether a point is of the thing: where nothing is said it is. */
export const isIncluded = (include: unknown): boolean => include !== false && include !== 0 && include !== 'false'

function cornersOf([left, top, right, bottom]: Corners | Float32Array): Click[] {
  return [
    { x: left as number, y: top as number, label: 2 },
    { x: right as number, y: bottom as number, label: 3 },
  ]
}

/** The numbers of a feed, and its shape. */
export function clickNumbers(
  { as, size, dims }: ClicksFeed,
  clicks: readonly Click[],
  { width, height }: Image,
): { numbers: number[]; dims: number[] } {
  const { box } = placement(size, width, height)
  const numbers =
    as === 'labels'
      ? clicks.map(({ label }) => label)
      : clicks.flatMap(({ x, y }) => [box.left + x * box.width, box.top + y * box.height])
  const shape = dims ?? (as === 'labels' ? [1, -1] : [1, -1, 2])
  return { numbers, dims: shape.map((side) => (side === -1 ? clicks.length : side)) }
}

/** Remembers where the chosen thing is, for the next picture of a video. */
export function keepChosen(state: State, picture: Image, mask: Image): void {
  const box = boxOf(mask)
  createFollower(state, picture).keep(box ? [{ box }] : [])
}

/** The box around the white of a mask, a little larger. */
function boxOf({ width, height, data }: Image): Corners | null {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0; y < height; y++) {
    const first = data.subarray(y * width, (y + 1) * width).findIndex((value: number) => value > 127)
    if (first < 0) continue
    let last = width - 1
    while ((data[y * width + last] as number) <= 127) last--
    ;[left, right] = [Math.min(left, first), Math.max(right, last + 1)]
    ;[top, bottom] = [Math.min(top, y), y + 1]
  }
  if (right === 0) return null
  const [across, down] = [(right - left) * MOVES, (bottom - top) * MOVES]
  const within = (at: number, most: number) => Math.min(1, Math.max(0, at / most))
  return [
    within(left - across, width),
    within(top - down, height),
    within(right + across, width),
    within(bottom + down, height),
  ]
}
