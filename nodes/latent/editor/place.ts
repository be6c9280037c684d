import { type Plane, planeThrough, pointOf, type Space, type Vector } from '../../../src/latent'
import { freshSeed } from '../../../src/random'
import type { Dialog } from './dialog'
import { createPad, MAP, middleOf } from './pad'
import { LARGE, RANK, SMALL, type Want } from './wishes'

/** The current point: its large picture, and the pad that explores a plane around it. */
export interface Place {
  readonly here: Vector
  /** Makes a point the current one, at the centre of the pad. */
  go(vector: Vector): void
  /** Picks two new directions for the pad. */
  turn(): void
  /** Shows another point's picture for a moment; without `vector`, the current one's again. */
  show(vector?: Vector): void
  /** Draws the map behind the pad, unless it is drawn already. */
  drawMap(): void
}

/**
 * @param isQuick whether the model is fast enough for a map
 * @param moved called before the pad moves
 */
export function createPlace(
  { part }: Dialog,
  start: Vector,
  space: Space,
  want: Want,
  { isQuick, moved }: { isQuick(): boolean; moved(): void },
): Place {
  let here = start
  let seed = freshSeed()
  let plane: Plane = planeThrough(here, seed, space)
  let mapped: Plane | null = null
  const large = part<HTMLImageElement>('large')
  const pad = createPad(part('pad'), (x, y) => {
    moved()
    here = pointOf(plane, x, y, space)
    show()
  })

  function go(vector: Vector): void {
    here = vector
    plane = planeThrough(here, seed, space)
    pad.place(0, 0)
    show()
    drawMap()
  }

  function show(vector = here): void {
    large.setAttribute('aria-busy', 'true')
    const picture = (shown: string, isLatest: boolean) => {
      large.src = shown
      large.setAttribute('aria-busy', String(!isLatest))
    }
    want('large', { vector, side: LARGE, rank: RANK.large, evenLate: true, show: picture })
  }

  function drawMap(): void {
    if (mapped === plane || !isQuick()) return
    mapped = plane
    pad.wait()
    for (let tile = 0; tile < MAP.columns * MAP.rows; tile++) {
      const { x, y } = middleOf(tile)
      const picture = (shown: string) => pad.tile(tile, shown)
      want(`map ${tile}`, { vector: pointOf(plane, x, y, space), side: SMALL, rank: RANK.map, show: picture })
    }
  }

  return {
    get here() {
      return here
    },
    go,
    turn() {
      seed = freshSeed()
      go(here)
    },
    show,
    drawMap,
  }
}
