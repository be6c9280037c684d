import { allowedPath, type FileRules, refuseStrangers } from '../files'
import { decodeSound } from '../sounds'
import type { ImageCodec } from '../types'
import { decodeImage } from './decode'
import { admit, decoded, limitUnderWay } from './under-way'

/** Limits for every picture that a message contains or names. */
export interface ReadingRules extends FileRules {
  /** Larger pictures are rejected; default `MAX_PIXELS`. */
  maxPixels?: number
  /** This many bytes of decoded pictures may be in use; see `underWay`. */
  maxBytes?: number
}

let rules: ReadingRules = {}

/** Sets what Node-RED's settings allow. */
export function setReadingRules(allowed: ReadingRules): void {
  rules = allowed
  limitUnderWay(allowed.maxBytes)
}

/** What `readValue` decodes with. */
export const codec: ImageCodec = {
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
    return decodeSound(source instanceof Uint8Array ? source : await allowed(source.path), warn)
  },
}

/** Every string that is taken for the path of a picture or a sound passes through here. */
async function allowed(path: string): Promise<{ path: string }> {
  refuseStrangers(path)
  return { path: await allowedPath(path, rules) }
}
