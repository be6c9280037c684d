import { type Image, toBytes } from '../../types'
import type { State } from '../tasks/task'
import type { Thing } from './crop'

/**
 * Pictures are compared by the mean brightness of SIDE × SIDE cells, each sampled at LOOKED_AT × LOOKED_AT
 * pixels.
 */
const SIDE = 16
const LOOKED_AT = 8
/** Pictures whose cells differ by this much on average (0 to 255) aren't frames of the same video. */
const OTHER = 30
/** A new detection runs at least every third frame, that is, within a tenth of a second of video. */
const EVERY = 3
/**
 * A new detection also runs after this many milliseconds, because pictures that arrive slowly aren't video.
 */
const LONGEST = 500
/** How far an object may extend beyond its box, as a fraction of the box's width and height. */
const EDGE = 0.5

interface Last {
  things: Thing[]
  width: number
  height: number
  glance: Uint8Array
  /**
   * The last detection: when it ran (`performance.now`), how many frames ago, the picture's cells at that
   * time, and whether something had changed without a new object appearing, for example because the camera
   * moved.
   */
  looked: { at: number; ago: number; glance: Uint8Array; inVain: boolean }
}

export interface Follower {
  /** The objects in the previous message's picture; empty if this picture isn't from the same video. */
  last: Thing[]
  /**
   * Whether detection should run again: the picture changed outside the known objects, or the last detection
   * was too long ago.
   */
  mayBeMore: boolean
  /** @param looked false if detection didn't run for this picture */
  keep(things: Thing[], looked?: boolean): void
}

/** @param now the current time, as from `performance.now` */
export function createFollower(state: State, picture: Image, now = performance.now()): Follower {
  const { width, height } = picture
  const glance = glanceAt(picture)
  const before = state.get('followed') as Last | undefined
  const isNext = before?.width === width && before.height === height && difference(before.glance, glance) < OTHER
  const last = isNext ? before.things : []
  const ago = (before?.looked.ago ?? 0) + 1
  const isOther = isNext && changedBeside(last, before.looked.glance, glance)
  return {
    last,
    mayBeMore: !isNext || ago >= EVERY || now - before.looked.at > LONGEST || (isOther && !before.looked.inVain),
    keep(things, looked = true) {
      const inVain = isOther && things.length === last.length
      const since = looked || !before ? { at: now, ago: 0, glance, inVain } : { ...before.looked, ago }
      state.set('followed', { things, width, height, glance, looked: since } satisfies Last)
    },
  }
}

/** Whether a cell differs whose centre isn't inside or near one of these objects. */
function changedBeside(things: readonly Thing[], a: Uint8Array, b: Uint8Array): boolean {
  return a.some((value, i) => {
    if (Math.abs(value - (b[i] as number)) < OTHER) return false
    const [x, y] = placeOf(i)
    return !things.some(({ box }) => {
      if (!box) return false
      const [wide, high] = [(box[2] - box[0]) * EDGE, (box[3] - box[1]) * EDGE]
      return x >= box[0] - wide && x <= box[2] + wide && y >= box[1] - high && y <= box[3] + high
    })
  })
}

/** The brightness of each cell, 0 to 255. */
function glanceAt(image: Image): Uint8Array {
  const { width, height, channels, data } = toBytes(image)
  const across = SIDE * LOOKED_AT
  const channel = channels > 1 ? 1 : 0
  const sums = new Uint16Array(SIDE * SIDE)
  const columns = Uint32Array.from({ length: across }, (_, x) => Math.floor(((x + 0.5) / across) * width) * channels)
  for (let y = 0; y < across; y++) {
    const row = Math.floor(((y + 0.5) / across) * height) * width * channels + channel
    const cells = Math.floor(y / LOOKED_AT) * SIDE
    for (let x = 0; x < across; x++)
      (sums[cells + Math.floor(x / LOOKED_AT)] as number) += data[row + (columns[x] as number)] as number
  }
  return Uint8Array.from(sums, (sum) => sum / LOOKED_AT ** 2)
}

/** As fractions of the picture. */
function placeOf(i: number): [x: number, y: number] {
  return [((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE]
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length
}
