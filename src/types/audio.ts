import { inPieces } from './in-pieces'
import { hasMark } from './mark'
import { isPixels, Pixels } from './pixels'
import { asFloats } from './typed-array'
import { ValueError } from './value-error'
import { count, quoteValue } from './words'

const MARK = Symbol.for('daisychain.audio')

/** The maximum number of samples in a sound (400 MB). An hour of mono at 16 kHz has 58 million. */
export const MAX_SAMPLES = 100_000_000

export const MAX_RATE = 768_000
export const MAX_CHANNELS = 64

/**
 * Lossy formats may exceed 1 slightly; larger values than this mean that the samples are on another scale.
 */
export const LOUDEST = 4

export interface AudioFields {
  /** The sample rate in Hz, an integer from 1 to 768 000. */
  sampleRate: number
  /** 1 to 64. */
  channels: number
  /** Samples from −1 to 1, interleaved: one frame of `channels` samples after another. */
  data: Float32Array
}

type Given = AudioFields | (Omit<AudioFields, 'data'> & { samples: Pixels<Float32Array> })

/**
 * A sound. Immutable, as an `Image` is: a small record with a handle to its samples, which all its copies share.
 *
 * @throws ValueError when the fields do not fit together, or a sample isn't a number from about −1 to 1
 *
 * @example
 * const beep = Float32Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 16000))
 * send({ payload: new Audio({ sampleRate: 16000, channels: 1, data: beep }) })
 */
export class Audio implements AudioFields {
  readonly type = 'audio'
  readonly sampleRate: number
  readonly channels: number
  readonly samples: Pixels<Float32Array>

  constructor(given: Given) {
    const { sampleRate, channels } = given
    if (!isWhole(sampleRate, MAX_RATE))
      throw new ValueError(`a sound's sampleRate must be from 1 to ${MAX_RATE} Hz (got ${quoteValue(sampleRate)})`)
    if (!isWhole(channels, MAX_CHANNELS))
      throw new ValueError(`a sound must have 1 to ${MAX_CHANNELS} channels (got ${quoteValue(channels)})`)
    const samples = samplesOf(given)
    if (!samples) throw new ValueError("a sound's data must be a Float32Array")
    const { length } = samples.place
    if (length === 0) throw new ValueError('a sound must have at least one sample')
    refuseTooLong(length, sampleRate * channels)
    if (length % channels !== 0)
      throw new ValueError(`a sound of ${count(channels, 'channel')} cannot have ${count(length, 'sample')}`)
    if (!('samples' in given && given.samples === samples)) refuseWrongSamples(samples.data, sampleRate * channels)
    this.sampleRate = sampleRate
    this.channels = channels
    this.samples = samples
    Object.freeze(this)
  }

  /** Undefined if a Function node has deleted the samples of a copy, or if the value went through JSON. */
  get data(): Float32Array {
    return (isPixels(this.samples) ? this.samples.data : undefined) as Float32Array
  }

  /** Without this setter, an assignment in a Function node would be silently ignored. */
  set data(_: Float32Array) {
    throw new ValueError('a sound cannot be changed: make a new one, {...sound, data}')
  }

  /** The number of frames. A frame has one sample per channel. */
  get frames(): number {
    return this.samples.place.length / this.channels
  }

  get seconds(): number {
    return this.frames / this.sampleRate
  }

  get [MARK](): true {
    return true
  }

  /** What Node-RED's debug sidebar shows: `sound of 2.5 s, 44100 Hz, stereo`. */
  toString(): string {
    return `sound of ${shownSeconds(this.seconds)} s, ${this.sampleRate} Hz, ${channelsInWords(this.channels)}`
  }

  /** A summary without the samples. */
  toJSON(): { type: 'audio'; sampleRate: number; channels: number; seconds: number; summary: string } {
    const { type, sampleRate, channels, seconds } = this
    return { type, sampleRate, channels, seconds, summary: this.toString() }
  }
}

/**
 * Creates a sound and checks its samples in pieces, so that a long sound doesn't block other work.
 * @throws ValueError like the constructor
 */
export async function audioInPieces(fields: AudioFields): Promise<Audio> {
  const { sampleRate, channels } = fields
  const samples = samplesOf(fields)
  if (!samples) return new Audio(fields)
  const audio = new Audio({ sampleRate, channels, samples })
  const { data } = samples
  await inPieces(data.length, (from, to) => refuseWrongSamples(data, sampleRate * channels, from, to))
  return audio
}

/** Whether a value is an `Audio`, created by this or another copy of the package. */
export function isAudio(value: unknown): value is Audio {
  return (value instanceof Audio || hasMark(value, MARK)) && isPixels((value as Audio).samples)
}

/** @throws ValueError if a sound with this many samples is too long to be held in memory */
export function refuseTooLong(samples: number, samplesPerSecond: number): void {
  if (samples <= MAX_SAMPLES) return
  const [given, most] = [samples, MAX_SAMPLES].map((length) => Math.floor(length / samplesPerSecond))
  throw new ValueError(
    `the sound is ${given} seconds long, but at most ${most} fit into one value: read it in pieces, with an audio node`,
  )
}

export function shownSeconds(seconds: number): string {
  return String(Number(seconds < 100 ? seconds.toPrecision(3) : seconds.toFixed(1)))
}

/** "1 second", "2.5 seconds". */
export function secondsInWords(seconds: number): string {
  return count(Number(shownSeconds(seconds)), 'second')
}

/** "mono", "stereo", "6 channels". */
export function channelsInWords(channels: number): string {
  return channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`
}

function isWhole(number: number, most: number): boolean {
  return Number.isSafeInteger(number) && number >= 1 && number <= most
}

/**
 * The samples of a record. Its own `data` takes precedence over the `samples` of the value that it was copied
 * from.
 */
function samplesOf(given: { data?: unknown; samples?: unknown }): Pixels<Float32Array> | null {
  const { samples } = given
  if (isPixels(samples) && !Object.hasOwn(given, 'data'))
    return samples.place.kind === 'floats' ? (samples as Pixels<Float32Array>) : null
  const data = asFloats(given.data)
  return data && Pixels.here(data)
}

/**
 * @param before the number of samples that precede these, for the error message
 * @throws ValueError if a sample isn't a number from about −1 to 1
 */
export function refuseWrongSamples(
  data: Float32Array,
  samplesPerSecond: number,
  from = 0,
  to = data.length,
  before = 0,
): void {
  for (let i = from; i < to; i++) {
    const sample = data[i] as number
    if (sample >= -LOUDEST && sample <= LOUDEST) continue
    const place = `after ${secondsInWords((before + i) / samplesPerSecond)}`
    throw new ValueError(
      Number.isFinite(sample)
        ? `a sound's samples must be from −1 to 1 (got ${Number(sample.toPrecision(4))} ${place}): divide them by the largest possible value, for 16 bits 32768`
        : `a sound's samples must be numbers (got ${sample} ${place})`,
    )
  }
}
