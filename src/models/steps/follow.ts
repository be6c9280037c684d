import { type Image, toBytes } from '../../types'
import type { State } from '../tasks/task'
import type { Thing } from './crop'

/** Pixels along each side by which two pictures are compared. */
const SIDE = 16
/** Of pictures that aren't frames of one video, so many levels of 255 are between most pixels. */
const OTHER = 30

interface Last {
  things: Thing[]
  width: number
  height: number
  glance: Uint8Array
}

/** What was in the picture of the message before; nothing where this picture is another. */
export function createFollower(state: State, picture: Image): { last: Thing[]; keep(things: Thing[]): void } {
  const glance = glanceAt(picture)
  const before = state.get('followed') as Last | undefined
  const isSame = before?.width === picture.width && before.height === picture.height
  return {
    last: before && isSame && difference(before.glance, glance) < OTHER ? before.things : [],
    keep(things) {
      state.set('followed', { things, width: picture.width, height: picture.height, glance } satisfies Last)
    },
  }
}

/** A few of its pixels: bytes of one channel. */
function glanceAt(image: Image): Uint8Array {
  const { width, height, channels, data } = toBytes(image)
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const x = Math.floor((((i % SIDE) + 0.5) / SIDE) * width)
    const y = Math.floor(((Math.floor(i / SIDE) + 0.5) / SIDE) * height)
    return data[(y * width + x) * channels + (channels > 1 ? 1 : 0)] as number
  })
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length
}
