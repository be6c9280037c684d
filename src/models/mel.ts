import type { Audio } from '../types'
import { othersTurn } from '../types/in-pieces'

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
  /** So many coefficients of the cosine transform of each column instead of the bands (MFCC). */
  coefficients?: number
  /** The sound is filled up with silence, or cut off, to so many seconds. */
  seconds?: number
}

/** Columns after which others get a turn. */
const AT_ONCE = 50

/** Bands × columns, one band after another. */
export interface MelPicture {
  rows: number
  columns: number
  data: Float32Array
}

/** The mel picture of a sound's first channel. At both ends the sound is mirrored; where there is a `seconds`, the last column is left out. */
export async function melPicture(audio: Audio, spec: MelSpec): Promise<MelPicture> {
  const { fft, hop, bands, scale, coefficients, seconds } = spec
  const samples = fitted(audio, seconds)
  const columns = Math.floor(samples.length / hop) + (seconds === undefined ? 1 : 0)
  const filters = melFilters(audio.sampleRate, spec)
  const window = Float64Array.from({ length: fft }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / fft))
  const spectrum = powerSpectrum(fft)
  const power = new Float64Array(bands * columns)
  const frame = new Float64Array(fft)
  for (let column = 0; column < columns; column++) {
    const first = column * hop - fft / 2
    for (let i = 0; i < fft; i++) frame[i] = (samples[mirrored(first + i, samples.length)] ?? 0) * (window[i] as number)
    const heard = spectrum(frame)
    for (const [band, { from, weights }] of filters.entries()) {
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (heard[from + i] as number)
      power[band * columns + column] = sum
    }
    if (column % AT_ONCE === AT_ONCE - 1) await othersTurn()
  }
  const scaled = scaledPower(power, scale)
  if (coefficients === undefined) return { rows: bands, columns, data: Float32Array.from(scaled) }
  return { rows: coefficients, columns, data: cosines(scaled, bands, columns, coefficients) }
}

function fitted({ data, channels, frames, sampleRate }: Audio, seconds: number | undefined): Float32Array {
  const length = seconds === undefined ? frames : Math.round(seconds * sampleRate)
  const samples = new Float32Array(length)
  for (let i = 0; i < Math.min(frames, length); i++) samples[i] = data[i * channels] as number
  return samples
}

/** Beyond an end the samples come once more, the other way round, without the one at the end. */
function mirrored(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const at = ((index % period) + period) % period
  return at < length ? at : period - at
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

function scaledPower(power: Float64Array, scale: MelSpec['scale']): Float64Array {
  if (scale === 'power') return power
  const logs = power.map((one) => Math.log10(Math.max(one, 1e-10)))
  if (scale === 'log10') return logs
  const most = logs.reduce((largest, one) => Math.max(largest, one), Number.NEGATIVE_INFINITY)
  const least = Math.max(-10, most - 8)
  return scale === 'whisper'
    ? logs.map((one) => (Math.max(one, least) + 4) / 4)
    : logs.map((one) => 10 * Math.max(one, least))
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

/** The power at each frequency from 0 to half the rate, by Bluestein's way, which takes any length: 400 isn't a power of 2. */
function powerSpectrum(length: number): (frame: Float64Array) => Float64Array {
  let size = 1
  while (size < 2 * length) size *= 2
  const [cos, sin] = [new Float64Array(length), new Float64Array(length)]
  for (let i = 0; i < length; i++) {
    const angle = (Math.PI * ((i * i) % (2 * length))) / length
    cos[i] = Math.cos(angle)
    sin[i] = Math.sin(angle)
  }
  const chirp = { re: new Float64Array(size), im: new Float64Array(size) }
  for (let i = 0; i < length; i++) {
    chirp.re[i] = chirp.re[(size - i) % size] = cos[i] as number
    chirp.im[i] = chirp.im[(size - i) % size] = sin[i] as number
  }
  const transform = fourier(size)
  transform(chirp.re, chirp.im)
  const [re, im] = [new Float64Array(size), new Float64Array(size)]
  const power = new Float64Array(length / 2 + 1)
  return (frame) => {
    re.fill(0)
    im.fill(0)
    for (let i = 0; i < length; i++) {
      re[i] = (frame[i] as number) * (cos[i] as number)
      im[i] = -(frame[i] as number) * (sin[i] as number)
    }
    transform(re, im)
    for (let i = 0; i < size; i++) {
      const [a, b, c, d] = [re[i], im[i], chirp.re[i], chirp.im[i]] as [number, number, number, number]
      re[i] = a * c - b * d
      im[i] = -(a * d + b * c) // turned, so that the same transform goes back
    }
    transform(re, im)
    for (let i = 0; i < power.length; i++) power[i] = ((re[i] as number) ** 2 + (im[i] as number) ** 2) / size ** 2
    return power
  }
}

/** The fast Fourier transform in place, of a power of 2. */
function fourier(size: number): (re: Float64Array, im: Float64Array) => void {
  const bits = Math.log2(size)
  const order = Uint32Array.from({ length: size }, (_, i) => {
    let turned = 0
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) turned |= 1 << (bits - 1 - bit)
    return turned
  })
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
  const swap = (numbers: Float64Array) => {
    for (let i = 0; i < size; i++) {
      const other = order[i] as number
      if (other > i) [numbers[i], numbers[other]] = [numbers[other] as number, numbers[i] as number]
    }
  }
  return (re, im) => {
    swap(re)
    swap(im)
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half) {
        for (let i = 0; i < half; i++) {
          const [c, s] = [cos[i * step], sin[i * step]] as [number, number]
          const [a, b] = [start + i, start + i + half]
          const [x, y] = [re[b], im[b]] as [number, number]
          const [u, v] = [x * c - y * s, x * s + y * c]
          const [p, q] = [re[a], im[a]] as [number, number]
          re[b] = p - u
          im[b] = q - v
          re[a] = p + u
          im[a] = q + v
        }
      }
    }
  }
}
