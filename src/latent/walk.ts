import { between } from './between'
import type { Vector } from './space'

/** What happens at the last stop: the walk ends, continues with the first stop, or goes back. */
export type End = 'once' | 'loop' | 'bounce'

/** The speed between stops: constant, or slowing down at each stop. */
export type Easing = 'even' | 'smooth'

/** A walk through numbered stops. */
export interface Walk {
  /** The number of stops; may be Infinity. */
  stops: number
  /** The number of frames from one stop to the next, at least 1. With 1, there are no frames in between. */
  frames: number
  end: End
  easing: Easing
}

/** The position of a frame: between two stops, at the fraction `t` from 0 up to (not including) 1. */
export interface WalkStep {
  from: number
  to: number
  t: number
}

/** The number of frames in a walk, one way or until it is back at its start. */
export function frameCount({ stops, frames, end }: Walk): number {
  if (stops <= 1) return Math.max(0, stops)
  if (end === 'once') return (stops - 1) * frames + 1
  return end === 'loop' ? stops * frames : 2 * (stops - 1) * frames
}

/** The position of a frame. @param index from 0; after the last frame, the walk starts again */
export function placeOf(index: number, walk: Walk): WalkStep {
  const { stops, frames, end, easing } = walk
  const at = index % frameCount(walk)
  const leg = Math.floor(at / frames)
  const t = ease((at % frames) / frames, easing)
  if (t === 0 && end !== 'bounce') return { from: leg, to: leg, t }
  if (end === 'bounce' && leg >= stops - 1) {
    const from = 2 * (stops - 1) - leg
    return { from, to: Math.max(0, from - 1), t }
  }
  return { from: leg, to: Number.isFinite(stops) ? (leg + 1) % stops : leg + 1, t }
}

/** The frames of a walk. @param stop returns the stop with an index */
export function walkThrough(stop: (number: number) => Vector, walk: Walk, mean = 0): (index: number) => number[] {
  return (index) => {
    const { from, to, t } = placeOf(index, walk)
    const start = stop(from)
    return t === 0 ? Array.from(start) : between(start, stop(to), t, mean)
  }
}

function ease(t: number, easing: Easing): number {
  return easing === 'smooth' ? t * t * (3 - 2 * t) : t
}
