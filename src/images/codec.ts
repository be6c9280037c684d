import { allowedPath, type FileRules, refuseStrangers } from '../files'
import { decodeSound } from '../sounds'
import type { ImageCodec } from '../types'
import { decodeImage } from './decode'
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
    const image = await decodeImage(source instanceof Uint8Array ? source : await allowed(source.path), {
      ...options,
      maxPixels: rules.maxPixels,
      admit,
    })
    decoded(image.data.buffer)
    return image
  },
  async decodeSound(source, warn) {
    const sound = await decodeSound(source instanceof Uint8Array ? source : await allowed(source.path), warn, admit)
    decoded(sound.data.buffer)
    return sound
  },
}

/** Checks every string that is used as the path of a picture or a sound. */
async function allowed(path: string): Promise<{ path: string }> {
  refuseStrangers(path)
  return { path: await allowedPath(path, rules) }
}
