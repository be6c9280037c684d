import type { Audio } from '../types'
import { othersTurn } from '../types/in-pieces'
import { powerSpectra } from './fourier'

/** How a sound becomes a picture of its pitches: bands of the mel scale over time, as librosa and Whisper make them. */
export interface MelSpec {
  /** Samples of the Fourier transform, under a Hann window as long. */
  fft: number
  /** Samples from one column to the next. */
  hop: number
  /** Bands from `low` (0) to `high` Hz (half the rate), by Slaney's scale, each with the same area. */
  bands: number
  low?: number
  high?: number
  /**
   * What is taken of the power in each band. `log10`: its logarithm, at least −10. `whisper`: the same, no more than 8 below the largest,
   * plus 4, by 4. `decibels`: ten times the logarithm, at least −100 and no more than 80 below the largest.
   */
  scale: 'power' | 'log10' | 'whisper' | 'decibels'
  /** This many coefficients of the cosine transform of each column instead of the bands (MFCC). */
  coefficients?: number
  /** The sound is filled up with silence, or cut off, to this many seconds. */
  seconds?: number
}

/** Columns after which others get a turn. */
const AT_ONCE = 200

/** Bands × columns, one band after another. */
export interface MelPicture {
  rows: number
  columns: number
  data: Float32Array
}

/** The mel picture of a sound's first channel. At both ends the sound is mirrored; where there is a `seconds`, the last column is left out. */
export async function melPicture(audio: Audio, spec: MelSpec): Promise<MelPicture> {
  const { fft, hop, bands, scale, coefficients, seconds } = spec
  const samples = firstChannel(audio, seconds)
  const columns = Math.floor(samples.length / hop) + (seconds === undefined ? 1 : 0)
  const filters = melFilters(audio.sampleRate, spec)
  const window = Float64Array.from({ length: fft }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / fft))
  const spectra = powerSpectra(fft)
  const power = new Float64Array(bands * columns)
  const all = mirrored(samples, Math.floor(fft / 2))
  const frames = [new Float64Array(fft), new Float64Array(fft)] as const
  for (let column = 0; column < columns; column += 2) {
    const isLoud = frames.map((frame, i) =>
      fill(frame, all.subarray((column + i) * hop, (column + i) * hop + fft), window),
    )
    if (isLoud.includes(true))
      for (const [i, heard] of spectra(...frames).entries())
        if (column + i < columns) filterInto(power, columns, column + i, heard, filters)
    if (column % AT_ONCE === 0) await othersTurn()
  }
  const scaled = scaledPower(power, scale)
  if (coefficients === undefined) return { rows: bands, columns, data: new Float32Array(scaled) }
  return { rows: coefficients, columns, data: cosines(scaled, bands, columns, coefficients) }
}

/** Its samples, filled up with silence, or cut off, to this many seconds. */
export function firstChannel({ data, channels, frames, sampleRate }: Audio, seconds?: number): Float32Array {
  const length = seconds === undefined ? frames : Math.round(seconds * sampleRate)
  const samples = new Float32Array(length)
  for (let i = 0; i < Math.min(frames, length); i++) samples[i] = data[i * channels] as number
  return samples
}

/** With this many samples more at each end: the same once more, the other way round, without the one at the end. */
function mirrored(samples: Float32Array, more: number): Float32Array {
  const { length } = samples
  const all = new Float32Array(length + 2 * more)
  all.set(samples, more)
  for (let i = 1; i <= more; i++) {
    all[more - i] = samples[reflected(-i, length)] as number
    all[more + length - 1 + i] = samples[reflected(length - 1 + i, length)] as number
  }
  return all
}

function reflected(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const at = ((index % period) + period) % period
  return at < length ? at : period - at
}

/** Puts samples under a window into a frame. @returns whether there is anything but silence; samples may be missing at the end */
function fill(frame: Float64Array, samples: Float32Array, window: Float64Array): boolean {
  let isLoud = false
  for (let i = 0; i < frame.length; i++) {
    const sample = samples[i] ?? 0
    isLoud ||= sample !== 0
    frame[i] = sample * (window[i] as number)
  }
  return isLoud
}

type Filter = ReturnType<typeof melFilters>[number]

/** The power in each band, into its place in a column. */
function filterInto(
  power: Float64Array,
  columns: number,
  column: number,
  heard: Float64Array,
  filters: Filter[],
): void {
  for (let band = 0; band < filters.length; band++) {
    const { from, weights } = filters[band] as Filter
    let sum = 0
    for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (heard[from + i] as number)
    power[band * columns + column] = sum
  }
}

/** A triangle for each band: where it begins among the frequencies, and its weights. */
function melFilters(sampleRate: number, { fft, bands, low = 0, high = sampleRate / 2 }: MelSpec) {
  const [lowest, highest] = [toMel(low), toMel(high)]
  const edges = Array.from({ length: bands + 2 }, (_, i) => toHertz(lowest + ((highest - lowest) * i) / (bands + 1)))
  return Array.from({ length: bands }, (_, band) => {
    const [left, peak, right] = edges.slice(band, band + 3) as [number, number, number]
    const all = Float64Array.from({ length: fft / 2 + 1 }, (_, i) => {
      const hertz = (i * sampleRate) / fft
      const height = Math.min((hertz - left) / (peak - left), (right - hertz) / (right - peak))
      return (Math.max(0, height) * 2) / (right - left)
    })
    const from = Math.max(
      0,
      all.findIndex((weight) => weight > 0),
    )
    const to = all.findLastIndex((weight) => weight > 0) + 1
    return { from, weights: all.subarray(from, Math.max(from, to)) }
  })
}

const LINEAR = 200 / 3
const STEP = Math.log(6.4) / 27

/** Slaney's scale: even up to 1000 Hz, then by ratios. */
function toMel(hertz: number): number {
  return hertz < 1000 ? hertz / LINEAR : 15 + Math.log(hertz / 1000) / STEP
}

function toHertz(mel: number): number {
  return mel < 15 ? mel * LINEAR : 1000 * Math.exp(STEP * (mel - 15))
}

/** In its own place: there are 240 000 numbers for 30 seconds. */
function scaledPower(power: Float64Array, scale: MelSpec['scale']): Float64Array {
  if (scale === 'power') return power
  let most = -10
  for (let i = 0; i < power.length; i++) {
    const log = (power[i] as number) > 1e-10 ? Math.log10(power[i] as number) : -10
    if (log > most) most = log
    power[i] = log
  }
  if (scale === 'log10') return power
  const least = Math.max(-10, most - 8)
  const [add, times] = scale === 'whisper' ? [4, 1 / 4] : [0, 10]
  for (let i = 0; i < power.length; i++) power[i] = (Math.max(power[i] as number, least) + add) * times
  return power
}

/** The orthonormal cosine transform (type II) of each column. */
function cosines(values: Float64Array, bands: number, columns: number, count: number): Float32Array {
  const made = new Float32Array(count * columns)
  for (let k = 0; k < count; k++) {
    const size = Math.sqrt((k === 0 ? 1 : 2) / bands)
    for (let column = 0; column < columns; column++) {
      let sum = 0
      for (let band = 0; band < bands; band++)
        sum += (values[band * columns + column] as number) * Math.cos((Math.PI * k * (2 * band + 1)) / (2 * bands))
      made[k * columns + column] = size * sum
    }
  }
  return made
}
