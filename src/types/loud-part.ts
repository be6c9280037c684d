import { Audio } from './audio'
import { Pixels } from './pixels'

/** Samples below this are silence: 60 decibels less than full scale. */
const SILENT = 0.001

/** A part of a mono sound, shorter at its end; undefined if it is silent. */
export function loudPart({ data, sampleRate }: Audio, from: number, seconds: number): Audio | undefined {
  const first = Math.round(from * sampleRate)
  const part = data.subarray(first, first + Math.round(seconds * sampleRate))
  if (!part.some((sample) => Math.abs(sample) >= SILENT)) return undefined
  // They have been checked as parts of the whole.
  return new Audio({ sampleRate, channels: 1, samples: Pixels.here(part) })
}
