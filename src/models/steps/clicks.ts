import { type Image, ValueError } from '../../types'
import type { Corners } from '../detection/turned'
import { placement } from '../fit'
import type { FeedSpec } from '../manifest'
import type { Job, State } from '../tasks/task'
import { createFollower } from './follow'

export type ClicksFeed = Extract<FeedSpec, { kind: 'clicks' }>

/**
 * A point as the network's input, 0 to 1. Label 1: on the object; 0: outside it; 2 and 3: corners of its box;
 * −1: placeholder.
 */
interface Click {
  x: number
  y: number
  label: -1 | 0 | 1 | 2 | 3
}

/** A point in a message. */
interface Point {
  x: number
  y: number
  /** Default: true. */
  include?: unknown
}

/**
 * How much the box around the previous selection is enlarged on each side, because the object may have moved.
 */
const MOVES = 0.05

export const clickFeeds = (feeds: Record<string, FeedSpec>): ClicksFeed[] =>
  Object.values(feeds).filter((spec) => spec.kind === 'clicks')

/**
 * The clicks in the message. If there are none and the step follows a video, the box around the selection in
 * the previous picture, or a point inside that selection.
 */
export function clicksOf(
  { from, points, box, follow }: ClicksFeed,
  inputs: Readonly<Record<string, unknown>>,
  state: State,
): Click[] {
  const given = (inputs[points] ?? []) as Point[]
  refuseLabels(given, points)
  const corners = (box === undefined ? undefined : inputs[box]) as Corners | undefined
  const clicks = given.map(({ x, y, include = true }): Click => ({ x, y, label: isIncluded(include) ? 1 : 0 }))
  if (corners) clicks.push(...cornersOf(corners))
  if (clicks.length > 0 || !follow) return clicks
  const [last] = createFollower(state, inputs[from] as Image).last
  if (box !== undefined) return last?.box ? cornersOf(last.box) : []
  return (last?.landmarks ?? []).map(([x, y]) => ({ x, y, label: 1 }))
}

/** @throws ValueError if a message has a box, but no feed takes one */
export function refuseBox(feeds: readonly ClicksFeed[], { model, variant, inputs }: Job): void {
  const port = model.inputs.find(({ name, type }) => type.type === 'image_bounding_box' && inputs[name] !== undefined)
  if (!port || feeds.length === 0 || feeds.some(({ box }) => box !== undefined)) return
  throw new ValueError(
    `${variant.label} doesn't take a box (msg.${port.property}): click the thing instead, or choose another variant`,
  )
}

/**
 * In SAM's own code, a point outside the object has the label 0. Ignoring the label would silently place that
 * point on the object.
 *
 * @throws ValueError if a point has a label
 */
function refuseLabels(given: readonly Point[], port: string): void {
  const at = given.findIndex((point) => 'label' in point)
  if (at !== -1)
    throw new ValueError(
      `${port}[${at}] has a "label", which clicks don't have: leave it out, and write include: false in a point that isn't on the thing`,
    )
}

/** Whether a point is on the object. Anything but false, 0 or "false" counts as yes. */
export const isIncluded = (include: unknown): boolean => include !== false && include !== 0 && include !== 'false'

function cornersOf([left, top, right, bottom]: Corners | Float32Array): Click[] {
  return [
    { x: left as number, y: top as number, label: 2 },
    { x: right as number, y: bottom as number, label: 3 },
  ]
}

const isCorner = ({ label }: Click) => label === 2 || label === 3
/** The placeholder for a missing box, for networks that were trained with it. */
const NO_BOX: Click = { x: 0, y: 0, label: -1 }

/** The numbers of a feed, and the tensor's shape. */
export function clickNumbers(
  { as, size, dims, pad }: ClicksFeed,
  clicks: readonly Click[],
  { width, height }: Image,
): { numbers: number[]; dims: number[] } {
  const { box } = placement(size, width, height)
  const place = ({ x, y }: Click) => [box.left + x * box.width, box.top + y * box.height]
  const told = pad && !clicks.some(isCorner) ? [...clicks, NO_BOX] : clicks
  const shaped = (count: number, shape: number[]) => (dims ?? shape).map((side) => (side === -1 ? count : side))
  switch (as) {
    case 'places':
      return { numbers: told.flatMap(place), dims: shaped(told.length, [1, -1, 2]) }
    case 'labels':
      return { numbers: told.map(({ label }) => label), dims: shaped(told.length, [1, -1]) }
    case 'box': {
      const corners = clicks.filter(isCorner)
      return { numbers: corners.flatMap(place), dims: shaped(corners.length / 2, [1, -1, 4]) }
    }
  }
}

/** Stores the position of the selected object, for the next picture of a video. */
export function keepChosen(state: State, picture: Image, mask: Image): void {
  const box = boxOf(mask)
  createFollower(state, picture).keep(box ? [{ box, landmarks: [pointIn(mask)] }] : [])
}

/**
 * A point well inside the white area of a mask: the middle of the longest white run in the row that splits
 * the area in half.
 */
function pointIn({ width, height, data }: Image): [number, number] {
  const rows = Array.from({ length: height }, (_, y) => (data as Uint8Array).subarray(y * width, (y + 1) * width))
  const white = rows.map((row) => row.reduce((sum, value) => sum + (value > 127 ? 1 : 0), 0))
  const half = white.reduce((sum, count) => sum + count, 0) / 2
  let y = 0
  for (let above = white[0] as number; above < half; above += white[y] as number) y++
  let [start, longest, end] = [0, 0, 0]
  rows[y]?.forEach((value, x) => {
    if (value <= 127) start = x + 1
    else if (x + 1 - start > longest) {
      longest = x + 1 - start
      end = x + 1
    }
  })
  return [(end - longest / 2) / width, (y + 0.5) / height]
}

/** The bounding box of the white area of a mask, slightly enlarged. */
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
