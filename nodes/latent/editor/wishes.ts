import type { Pictures } from './pictures'

/** Requests for pictures at places in the dialog; without a model, none is fulfilled. */
export type Want = Pictures['want']

/** Pixels of pictures: twice as many as are shown, for sharp screens. */
export const SMALL = 128
export const LARGE = 448

/**
 * The order of work: pictures that follow the pointer first, then kept points, the grid, and the map behind the pad.
 */
export const RANK = { large: 0, kept: 1, grid: 2, map: 3 }
