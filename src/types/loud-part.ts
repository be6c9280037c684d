import { Audio } from './audio'
import { Pixels } from './pixels'

/** Samples below this amplitude (−60 dB of full scale) count as silence. */
const SILENT = 0.001

/** A part of a mono sound, shorter at the end of the sound; undefined if it is silent. */
export function loudPart({ data, sampleRate }: Audio, from: number, seconds: number): Audio | undefined {
  const first = Math.round(from * sampleRate)
  const part = data.subarray(first, first + Math.round(seconds * sampleRate))
  if (!part.some((sample) => Math.abs(sample) >= SILENT)) return undefined
  // The whole sound's samples have been checked already.
  return new Audio({ sampleRate, channels: 1, samples: Pixels.here(part) })
}
