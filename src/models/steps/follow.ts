import { type Image, toBytes } from '../../types'
import type { State } from '../tasks/task'
import type { Thing } from './crop'

/** Cells along each side for comparing two pictures, and pixels along each side of a cell for its mean. */
const SIDE = 16
const LOOKED_AT = 8
/** Pictures that differ by this many levels of 255 on average aren't frames of one video. */
const OTHER = 30
/** Every third frame is searched for more in any case: within a tenth of a second of video. */
const EVERY = 3
/** Milliseconds after which it is, too: pictures that arrive one by one aren't video. */
const LONGEST = 500
/** How far a thing may extend beyond its box, as a fraction of the box's sides. */
const EDGE = 0.5

interface Last {
  things: Thing[]
  width: number
  height: number
  glance: Uint8Array
  /**
   * The last search for more: its time (of `performance.now`), how many frames ago, the picture then, and whether
   * something had changed without a new thing, for example because the camera turns.
   */
  looked: { at: number; ago: number; glance: Uint8Array; inVain: boolean }
}

export interface Follower {
  /** What was in the previous message's picture; nothing if this is a different picture. */
  last: Thing[]
  /**
   * Whether the picture may contain more things than the last: something changed where none of them was, or it hasn't
   * been searched for a while.
   */
  mayBeMore: boolean
  /** @param looked false: only the last things were looked for */
  keep(things: Thing[], looked?: boolean): void
}

/** @param now the time, of `performance.now` */
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

/** Whether a cell whose middle is around none of these things differs. */
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

/** The means of its cells: bytes of one channel. */
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

/** In shares of the picture. */
function placeOf(i: number): [x: number, y: number] {
  return [((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE]
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length
}
