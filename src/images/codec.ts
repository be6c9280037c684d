import { allowedPath, type FileRules, refuseStrangers } from '../files'
import { decodeSound } from '../sounds'
import type { ImageCodec } from '../types'
import { decodeImage, undecoded } from './decode'
import type { Sharp } from './sharp'
import { admit, decoded, limitUnderWay } from './under-way'

/** Limits for all pictures that messages contain or refer to. */
export interface ReadingRules extends FileRules {
  /** Larger pictures are rejected; default `MAX_PIXELS`. */
  maxPixels?: number
  /** The maximum number of bytes of decoded pictures in use; see `underWay`. */
  maxBytes?: number
}

let rules: ReadingRules = {}

/** Applies the limits from Node-RED's settings. */
export function setReadingRules(allowed: ReadingRules): void {
  rules = allowed
  limitUnderWay(allowed.maxBytes)
}

/** The codec that `readValue` uses. */
export const codec: ImageCodec = {
  admit,
  async decode(source, options) {
    const image = await decodeImage(await allowed(source), { ...options, maxPixels: rules.maxPixels, admit })
    decoded(image.data.buffer)
    return image
  },
  async decodeSound(source, warn) {
    const sound = await decodeSound(await allowed(source), warn, admit)
    decoded(sound.data.buffer)
    return sound
  },
}

/** `undecoded` with the same limits. */
export async function undecodedWithinLimits(
  source: Uint8Array | { path: string },
  isWanted: (size: { width: number; height: number }) => boolean,
): Promise<Sharp | null> {
  return undecoded(await allowed(source), isWanted, { maxPixels: rules.maxPixels, admit })
}

/** Checks every string that is used as the path of a picture or a sound. */
async function allowed(source: Uint8Array | { path: string }): Promise<Uint8Array | { path: string }> {
  if (source instanceof Uint8Array) return source
  refuseStrangers(source.path)
  return { path: await allowedPath(source.path, rules) }
}
