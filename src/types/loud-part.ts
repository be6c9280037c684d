import { Audio } from './audio'

/** Samples below this are silence: 60 decibels less than full scale. */
const SILENT = 0.001

/** A part of a sound of one channel, shorter at its end; nothing where it is silent. */
export function loudPart({ data, sampleRate }: Audio, from: number, seconds: number): Audio | undefined {
  const first = Math.round(from * sampleRate)
  const samples = data.slice(first, first + Math.round(seconds * sampleRate))
  if (!samples.some((sample) => Math.abs(sample) >= SILENT)) return undefined
  return new Audio({ sampleRate, channels: 1, data: samples })
}
