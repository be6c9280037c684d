import { type Audio, audioInPieces } from './audio'
import { othersTurn } from './in-pieces'

/** The number of the filter's zero crossings on each side, … */
const CROSSINGS = 32
/**
 * … and the fraction of the lower rate's bandwidth that it passes: with 16 kHz, frequencies up to 7.6 kHz,
 * within 0.0001.
 */
const PASSED = 0.955
/** The parameter of the Kaiser window, which attenuates frequencies above the limit by 100 dB. */
const BETA = 10
/** The number of frames computed before other work gets a turn. */
const AT_ONCE = 4000

/**
 * Resamples a sound with a windowed sinc filter, to `ceil(frames × rate ÷ sampleRate)` frames. The first
 * frame stays at time 0. The sound is preceded and followed by silence.
 */
export async function resample(audio: Audio, sampleRate: number): Promise<Audio> {
  if (audio.sampleRate === sampleRate) return audio
  const { channels, frames, data: from } = audio
  const divisor = greatestDivisor(audio.sampleRate, sampleRate)
  const [up, down] = [sampleRate / divisor, audio.sampleRate / divisor]
  const length = Math.ceil((frames * up) / down)
  const data = new Float32Array(length * channels)
  const filter = filterOf(up, down)
  for (let i = 0; i < length; i++) {
    const phase = (i * down) % up
    const taps = filter(phase)
    const first = (i * down - phase) / up - taps.length / 2 + 1
    const [begin, end] = [Math.max(0, -first), Math.min(taps.length, frames - first)]
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      for (let tap = begin, at = (first + begin) * channels + channel; tap < end; tap++, at += channels)
        sum += (taps[tap] as number) * (from[at] as number)
      data[i * channels + channel] = sum
    }
    if (i % AT_ONCE === AT_ONCE - 1) await othersTurn()
  }
  return audioInPieces({ sampleRate, channels, data })
}

/** The filter's weights for each phase, computed once per phase. */
function filterOf(up: number, down: number): (phase: number) => Float32Array {
  const made = new Map<number, Float32Array>()
  const cutoff = PASSED * Math.min(1, up / down)
  const half = Math.ceil(CROSSINGS / cutoff)
  return (phase) => {
    const known = made.get(phase)
    if (known) return known
    const taps = new Float32Array(2 * half)
    let sum = 0
    for (let i = 0; i < taps.length; i++) {
      const distance = i + 1 - half - phase / up
      const tap = cutoff * sinc(cutoff * distance) * kaiser(distance / half)
      taps[i] = tap
      sum += tap
    }
    // The weights sum to 1, so that a constant signal doesn't change.
    for (let i = 0; i < taps.length; i++) taps[i] = (taps[i] as number) / sum
    made.set(phase, taps)
    return taps
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** The Kaiser window, without its constant factor. @param x −1 to 1, with 0 in the middle */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x))
}

/** The modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
