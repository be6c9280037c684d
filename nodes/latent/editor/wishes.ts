import type { Pictures } from './pictures'

/** Wishes for a picture at a place of the dialog; without a model none is fulfilled. */
export type Want = Pictures['want']

/** Pixels of pictures: twice as many as are shown, for sharp screens. */
export const SMALL = 128
export const LARGE = 448

/** What is made first: what follows the pointer, then what is kept, the grid, and the map behind the pad. */
export const RANK = { large: 0, kept: 1, grid: 2, map: 3 }
