import type sharpModule from 'sharp'
import type { Sharp, SharpInput, SharpOptions } from 'sharp'

export type { Metadata, Sharp } from 'sharp'

type BeginPicture = (input?: SharpInput | SharpInput[] | SharpOptions, options?: SharpOptions) => Sharp

let loaded: typeof sharpModule | undefined

/** Loads the library that decodes and changes pictures: half a second, so not before a picture comes or the flows have started. */
export function loadSharp(): BeginPicture {
  loaded ??= require('sharp') as typeof sharpModule
  return loaded as BeginPicture
}

/** `sharp(…)`, which is loaded by the first call. */
export const sharp: BeginPicture = (...given) => loadSharp()(...given)
