import type sharpModule from 'sharp'
import type { Sharp, SharpInput, SharpOptions } from 'sharp'
import { mayReadPictures, pictureLibrary } from '../apart/pictures-library'

export type { Metadata, Sharp } from 'sharp'

type BeginPicture = (input?: SharpInput | SharpInput[] | SharpOptions, options?: SharpOptions) => Sharp

let loaded: typeof sharpModule | undefined

/**
 * Loads the library for pictures. This takes half a second, so it is deferred until a picture arrives or the
 * flows have started.
 */
export function loadSharp(): BeginPicture {
  if (!loaded && !mayReadPictures()) throw unreadable()
  try {
    loaded ??= require('sharp') as typeof sharpModule
  } catch {
    throw unreadable() // sharp's own error is twenty lines long and about building it.
  }
  return loaded as BeginPicture
}

function unreadable(): Error {
  return new Error(
    `Pictures cannot be read: sharp, the library for that, cannot be loaded on this machine (${process.platform} ${process.arch}). Press “Install runtime” in the editor, or run "npm install ${pictureLibrary()}" in Node-RED's user directory (usually ~/.node-red, in containers /data).`,
  )
}

/** `sharp(…)`; the first call loads the library. */
export const sharp: BeginPicture = (...given) => loadSharp()(...given)
