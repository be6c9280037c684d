import { allowedPath, type FileRules } from '../files'
import type { ImageCodec } from '../types'
import { decodeImage } from './decode'

/** What holds for every picture that a message brings or names. */
export interface ReadingRules extends FileRules {
  /** Larger pictures are refused; default `MAX_PIXELS`. */
  maxPixels?: number
}

let rules: ReadingRules = {}

/** Tells what Node-RED's settings allow. */
export function setReadingRules(allowed: ReadingRules): void {
  rules = allowed
}

/** What `readValue` decodes with. */
export const codec: ImageCodec = {
  async decode(source, options) {
    const allowed = source instanceof Uint8Array ? source : { path: await allowedPath(source.path, rules) }
    return decodeImage(allowed, { ...options, maxPixels: rules.maxPixels })
  },
}
