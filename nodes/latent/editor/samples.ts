import { neighbour, type Space, type Vector } from '../../../src/latent'
import { freshSeed } from '../../../src/random'
import type { Dialog } from './dialog'
import { createGrid } from './grid'
import { RANK, SMALL, type Want } from './wishes'

const GRID = { columns: 4, rows: 3 }

/** The grid: pictures of points that resemble another one more or less. */
export interface Samples {
  /** Draws fresh ones. */
  draw(around: Vector): void
  /** Marks the cell being viewed; null: none. */
  mark(cell: number | null): void
  /** The similarity setting; undefined if unchanged. */
  changed(): number | undefined
}

export interface SamplesEvents {
  pick(vector: Vector, cell: number): void
  keep(vector: Vector): void
}

export function createSamples(
  { part, say }: Dialog,
  similarityBefore: number,
  space: Space,
  want: Want,
  on: SamplesEvents,
): Samples {
  const slider = part<HTMLInputElement>('similarity')
  slider.value = String(similarityBefore)
  const asOpened = slider.value
  let around: Vector = []
  let seeds: number[] = []

  const point = (cell: number) => neighbour(around, Number(slider.value), seeds[cell] ?? 0, space)
  const grid = createGrid(
    part('grid'),
    GRID,
    { pick: say('pick'), keep: say('keepThis') },
    {
      pick: (cell) => on.pick(point(cell), cell),
      keep: (cell) => on.keep(point(cell)),
    },
  )
  slider.addEventListener('input', show)

  function show(): void {
    part('similarity-shown').textContent = Number(slider.value).toFixed(2)
    grid.wait()
    for (const cell of seeds.keys()) {
      const picture = (shown: string) => grid.show(cell, shown)
      want(`grid ${cell}`, { vector: point(cell), side: SMALL, rank: RANK.grid, show: picture })
    }
  }

  return {
    draw(center) {
      around = center
      seeds = Array.from({ length: GRID.columns * GRID.rows }, freshSeed)
      grid.mark(null)
      show()
    },
    mark: grid.mark,
    changed: () => (slider.value === asOpened ? undefined : Number(slider.value)),
  }
}
