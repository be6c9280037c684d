import type { Audio } from './audio'
import { inPieces } from './in-pieces'

/** Quieter blocks count as silence; ITU-R BS.1770 excludes them. */
export const SILENCE = -70
/** The largest possible loudness: a full-scale square wave on two channels. */
export const LOUDEST_LUFS = 20
/** The length of a block, and the distance between two, in seconds. */
const BLOCK = 0.4
const HOP = 0.1

/**
 * A sound's perceived loudness in LUFS, by ITU-R BS.1770-4: silence is −70, speech on the radio about −23,
 * and a full-scale sine of 1 kHz −3. All channels have the same weight. A sound shorter than .4 seconds is a
 * single block.
 */
export async function loudness({ sampleRate, channels, frames, data }: Audio): Promise<number> {
  const steps = Math.max(1, Math.round(sampleRate * HOP))
  const power = new Float64Array(Math.ceil(frames / steps))
  for (let channel = 0; channel < channels; channel++) {
    const weigh = weighting(sampleRate)
    await inPieces(frames, (from, to) => {
      for (let frame = from; frame < to; frame++) {
        const heard = weigh(data[frame * channels + channel] as number)
        const step = Math.floor(frame / steps)
        power[step] = (power[step] as number) + heard * heard
      }
    })
  }
  const inBlock = Math.round(BLOCK / HOP)
  const whole = Math.floor(frames / steps)
  const blocks: number[] = []
  for (let i = 0; i + inBlock <= whole; i++) blocks.push(sum(power.subarray(i, i + inBlock)) / (inBlock * steps))
  if (blocks.length === 0) blocks.push(sum(power) / frames)
  const audible = blocks.filter((block) => inLufs(block) > SILENCE)
  if (audible.length === 0) return SILENCE
  const gate = mean(audible) / 10 // −10 LU
  return Math.max(SILENCE, inLufs(mean(audible.filter((block) => block > gate))))
}

function inLufs(power: number): number {
  return -0.691 + 10 * Math.log10(power)
}

/**
 * The frequency weighting (K-weighting): a shelf filter of 4 dB that models the head, then a high-pass
 * filter. The coefficients are computed for any sample rate.
 */
function weighting(sampleRate: number): (sample: number) => number {
  const shelf = section(sampleRate, 1681.974450955533, 0.7071752369554196, 3.999843853973347)
  const pass = section(sampleRate, 38.13547087602444, 0.5003270373238773, null)
  return (sample) => pass(shelf(sample))
}

/** @param gain the gain of the shelf in dB; null for a high pass */
function section(sampleRate: number, hertz: number, q: number, gain: number | null): (sample: number) => number {
  const k = Math.tan((Math.PI * Math.min(hertz, 0.49 * sampleRate)) / sampleRate)
  const a0 = 1 + k / q + k * k
  const a1 = (2 * (k * k - 1)) / a0
  const a2 = (1 - k / q + k * k) / a0
  const high = gain === null ? 1 : 10 ** (gain / 20)
  const band = high ** 0.4996667741545416
  const [b0, b1, b2] =
    gain === null
      ? [1, -2, 1]
      : [(high + (band * k) / q + k * k) / a0, (2 * (k * k - high)) / a0, (high - (band * k) / q + k * k) / a0]
  let [x1, x2, y1, y2] = [0, 0, 0, 0]
  return (x) => {
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
    x2 = x1
    x1 = x
    y2 = y1
    y1 = y
    return y
  }
}

function sum(numbers: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < numbers.length; i++) total += numbers[i] as number
  return total
}

function mean(numbers: readonly number[]): number {
  return numbers.length ? sum(numbers) / numbers.length : 0
}
