import type { Audio } from '../types'
import { othersTurn } from '../types/in-pieces'
import { powerSpectra } from './fourier'

/** How a sound becomes a mel spectrogram, as librosa and Whisper compute it. */
export interface MelSpec {
  /** The length of the Fourier transform, and of its Hann window, in samples. */
  fft: number
  /** The distance between two columns, in samples. */
  hop: number
  /**
   * The number of bands between `low` (0) and `high` Hz (half the sampling rate), on Slaney's mel scale. The
   * filters have equal areas.
   */
  bands: number
  low?: number
  high?: number
  /**
   * How the power in each band is scaled. `log10`: its logarithm, clipped below −10. `whisper`: the same,
   * clipped to 8 below the maximum, plus 4, divided by 4. `decibels`: ten times the logarithm, clipped below
   * −100 and to 80 below the maximum.
   */
  scale: 'power' | 'log10' | 'whisper' | 'decibels'
  /** Returns this many coefficients of each column's cosine transform (MFCC) instead of the bands. */
  coefficients?: number
  /** Pads the sound with silence, or truncates it, to this many seconds. */
  seconds?: number
}

/** Columns computed before other work gets a turn on the thread. */
const AT_ONCE = 200

/** Bands × columns, stored band by band. */
export interface MelPicture {
  rows: number
  columns: number
  data: Float32Array
}

/**
 * The mel spectrogram of a sound's first channel. The sound is mirrored at both ends. With `seconds`, the
 * last column is omitted.
 */
export async function melPicture(audio: Audio, spec: MelSpec): Promise<MelPicture> {
  const { fft, hop, bands, scale, coefficients, seconds } = spec
  const { sampleRate } = audio
  const length = seconds === undefined ? audio.frames : Math.round(seconds * sampleRate)
  const columns = Math.floor(length / hop) + (seconds === undefined ? 1 : 0)
  const filters = melFilters(sampleRate, spec)
  const windowed = windows(audio, length, fft)
  const spectra = powerSpectra(fft)
  const isPower = scale === 'power'
  const made = new Float32Array(bands * columns).fill(isPower ? 0 : logOf(0))
  for (let column = 0; column < columns; column += 2) {
    const first = column * hop - Math.floor(fft / 2)
    const isLoud = [windowed(0, first), windowed(1, first + hop)]
    if (isLoud.includes(true)) {
      const [one, other] = spectra(...windowed.frames)
      filterInto(made, columns, column, one, filters, isPower)
      if (column + 1 < columns) filterInto(made, columns, column + 1, other, filters, isPower)
    }
    if (column % AT_ONCE === 0) await othersTurn()
  }
  const data = scaled(made, scale)
  if (coefficients === undefined) return { rows: bands, columns, data }
  return { rows: coefficients, columns, data: cosines(data, bands, columns, coefficients) }
}

/** The sound's samples, padded with silence or truncated to this many seconds. */
export function firstChannel({ data, channels, frames, sampleRate }: Audio, seconds?: number): Float32Array {
  const length = seconds === undefined ? frames : Math.round(seconds * sampleRate)
  const samples = new Float32Array(length)
  for (let i = 0; i < Math.min(frames, length); i++) samples[i] = data[i * channels] as number
  return samples
}

/**
 * The sample index for a position outside the sound, which is mirrored there without repeating the end
 * sample.
 */
function reflected(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const at = ((index % period) + period) % period
  return at < length ? at : period - at
}

/**
 * Two buffers for frames of a sound's first channel, which is padded with silence to `length`.
 * @returns a function that copies the samples from `first` on into a frame, applies the Hann window, and
 * returns whether the frame contains anything but silence
 */
function windows({ data, channels, frames: heard }: Audio, length: number, fft: number) {
  const window = Float64Array.from({ length: fft }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / fft))
  const frames: [Float64Array, Float64Array] = [new Float64Array(fft), new Float64Array(fft)]
  const put = (which: 0 | 1, first: number): boolean => {
    const frame = frames[which]
    const isInside = first >= 0 && first + fft <= length
    // The padding is silent, so it isn't examined.
    const end = isInside ? Math.max(0, Math.min(fft, heard - first)) : fft
    let most = 0
    for (let i = 0; i < end; i++) {
      const at = isInside ? first + i : reflected(first + i, length)
      const sample = at < heard ? (data[at * channels] as number) : 0
      most = Math.max(most, Math.abs(sample))
      frame[i] = sample * (window[i] as number)
    }
    frame.fill(0, end)
    return most > 0
  }
  return Object.assign(put, { frames })
}

type Filter = ReturnType<typeof melFilters>[number]

/** Writes the power of each band into a column of the result. */
function filterInto(
  made: Float32Array,
  columns: number,
  column: number,
  heard: Float64Array,
  filters: readonly Filter[],
  isPower: boolean,
): void {
  for (let band = 0; band < filters.length; band++) {
    const { from, weights } = filters[band] as Filter
    let power = 0
    for (let i = 0; i < weights.length; i++) power += (weights[i] as number) * (heard[from + i] as number)
    made[band * columns + column] = isPower ? power : logOf(power)
  }
}

/** The triangular filter of each band: its first frequency bin and its weights. */
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

/** Slaney's scale: linear up to 1000 Hz, then logarithmic. */
function toMel(hertz: number): number {
  return hertz < 1000 ? hertz / LINEAR : 15 + Math.log(hertz / 1000) / STEP
}

function toHertz(mel: number): number {
  return mel < 15 ? mel * LINEAR : 1000 * Math.exp(STEP * (mel - 15))
}

/** The logarithm of a power, clipped below −10. */
function logOf(power: number): number {
  return power > 1e-10 ? Math.log10(power) : -10
}

/** Scales the logarithms in place, because 30 seconds have 240 000 of them. */
function scaled(numbers: Float32Array, scale: MelSpec['scale']): Float32Array {
  if (scale === 'power' || scale === 'log10') return numbers
  let most = -10
  for (let i = 0; i < numbers.length; i++) if ((numbers[i] as number) > most) most = numbers[i] as number
  const least = Math.max(-10, most - 8)
  const [add, times] = scale === 'whisper' ? [4, 1 / 4] : [0, 10]
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number
    numbers[i] = (Math.max(number, least) + add) * times
  }
  return numbers
}

/** The orthonormal cosine transform (type II) of each column. */
function cosines(values: Float32Array, bands: number, columns: number, count: number): Float32Array {
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
