import type { Pictures } from './pictures'

/** Requests a picture for a place in the dialog. Without a model, nothing happens. */
export type Want = Pictures['want']

/** Sizes of requested pictures in pixels: twice the displayed size, for high-resolution screens. */
export const SMALL = 128
export const LARGE = 448

/**
 * Order of requests: first pictures that follow the pointer, then kept points, the grid, and the map behind
 * the pad.
 */
export const RANK = { large: 0, kept: 1, grid: 2, map: 3 }
