import type { Audio } from '../../src/types'

/** The level of silence, in decibels. Anything quieter is clamped to it. */
const SILENT = -90

/** The peak level in decibels: 0 is full scale, −90 silence. */
export function levelOf({ data }: Audio): number {
  let peak = 0
  for (let i = 0; i < data.length; i++) peak = Math.max(peak, Math.abs(data[i] as number))
  return Math.max(SILENT, Math.round(200 * Math.log10(peak)) / 10)
}
