import { Audio, audioInPieces, isAudio } from './audio'
import { bytesOfJson, decodeBase64, decodeLoosely } from './encoded-picture'
import { pathOfFileUrl } from './file-url'
import type { ImageCodec } from './image-codec'
import { inPieces, sliceInPieces } from './in-pieces'
import { hasFrames } from './mp3-frame'
import { refuseEscaped, refuseLostBytes } from './picture-as-text'
import { isPixels } from './pixels'
import { isSoundPath } from './rules/audio'
import { isRootedPath, isWebAddress } from './rules/image'
import { mayHaveSound } from './sound-format'
import { soundInText } from './sound-in-text'
import { asFloats, asRawBytes, isNumberArray, typedArrayName } from './typed-array'
import { ValueError } from './value-error'
import { decodedSize, RAW_FORMATS, readWav, samplesOf } from './wav'
import { listed, quoteValue } from './words'

/**
 * Reads a sound in any form: an `Audio`; the bytes of an encoded sound; a data URI; the path of a file; a
 * record of samples (see `readSamples`). WAV is decoded here, other formats by the codec.
 *
 * @returns null if the value isn't a sound
 * @throws ValueError for a sound that can't be read, and any error of the codec
 */
export async function readSound(value: unknown, codec: ImageCodec): Promise<Audio | null> {
  // Clones made by Node-RED aren't frozen, so a Function node may have changed one inconsistently. The
  // constructor checks it.
  if (isAudio(value)) return Object.isFrozen(value) ? value : audioInPieces(value)
  if (typeof value === 'string') {
    if (isWebAddress(value) && isSoundPath(value.replace(/^https?:/i, '')))
      throw new ValueError('a web address must be fetched first, with an "http request" node that returns a Buffer')
    const way = soundInText(value)
    if (way) return decode(way === 'dataURI' ? bytesOfUri(value.trimStart()) : decodeBase64(value), codec)
    const path = pathOfFileUrl(value) ?? (isRootedPath(value) || isSoundPath(value) ? value : null)
    if (path !== null) return codec.decodeSound({ path }, codec.warn)
    refuseEscaped(value)
    refuseLostBytes(value)
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const bytes = asRawBytes(value) ?? bytesOfJson(value)
  if (!bytes) return readSamples(value)
  return bytes.length > 0 && (mayHaveSound(bytes) || hasFrames(bytes)) ? decode(bytes, codec) : null
}

async function decode(bytes: Uint8Array, codec: ImageCodec): Promise<Audio> {
  const size = decodedSize(bytes)
  if (size > 0) await codec.admit?.(size)
  return (await readWav(bytes, codec.warn)) ?? codec.decodeSound(bytes, codec.warn)
}

function bytesOfUri(text: string): Uint8Array {
  const comma = text.slice(0, 200).indexOf(',')
  if (comma < 0 || !/;base64$/i.test(text.slice(0, comma)))
    throw new ValueError('its data URI is broken: a sound must be written as base64')
  return decodeBase64(text.slice(comma + 1))
}

/**
 * Reads a record of samples: `{data, sampleRate, channels?}`, or `{channelData: [left, right], sampleRate}`
 * as WebAudio and similar APIs provide. Integers of 16 and 32 bits are scaled to −1 to 1; bytes need a
 * `format`, such as `s16le`.
 *
 * @returns null if the value isn't such a record
 */
async function readSamples(value: object): Promise<Audio | null> {
  const {
    data,
    channelData,
    samples,
    sampleRate: givenRate,
    channels: givenChannels = 1,
    format,
  } = value as Record<string, unknown>
  if (givenRate === undefined || (data === undefined && channelData === undefined && !isPixels(samples))) return null
  const sampleRate =
    typeof givenRate === 'string' && givenRate.trim() !== '' ? Number(givenRate) : (givenRate as number)
  const channels = givenChannels as number
  if (data === undefined && channelData === undefined) return new Audio({ sampleRate, channels, samples } as Audio)
  if (Array.isArray(channelData)) return interleaved(channelData, sampleRate)
  const bytes = asRawBytes(data) ?? (typeof data === 'object' && data !== null ? bytesOfJson(data) : null)
  const raw = bytes ?? (typeof data === 'string' ? decodeLoosely(data) : null)
  if (raw) return audioInPieces({ sampleRate, channels, data: await ofBytes(raw, format, channels, sampleRate) })
  return audioInPieces({ sampleRate, channels, data: await floatsOf(data, 'data') })
}

async function ofBytes(
  bytes: Uint8Array,
  format: unknown,
  channels: number,
  sampleRate: number,
): Promise<Float32Array> {
  const kind = RAW_FORMATS[String(format).toLowerCase()]
  if (kind) return samplesOf(bytes, kind, channels, sampleRate)
  const names = listed(Object.keys(RAW_FORMATS), 'or')
  throw new ValueError(
    `its data is bytes without a known "format" (got ${quoteValue(format)}): add to the record how to read them, ${names}`,
  )
}

async function interleaved(planes: readonly unknown[], sampleRate: number): Promise<Audio> {
  const parts = await Promise.all(planes.map((plane, i) => floatsOf(plane, `channelData[${i}]`)))
  const frames = parts[0]?.length ?? 0
  if (parts.some(({ length }) => length !== frames)) throw new ValueError('its channels differ in length')
  const channels = parts.length
  const data = new Float32Array(frames * channels)
  for (const [channel, part] of parts.entries())
    await inPieces(frames, (from, to) => {
      for (let frame = from; frame < to; frame++) data[frame * channels + channel] = part[frame] as number
    })
  return audioInPieces({ sampleRate, channels, data })
}

async function floatsOf(given: unknown, name: string): Promise<Float32Array> {
  if (!isNumberArray(given) && !Array.isArray(given))
    throw new ValueError(
      `its ${name} is ${quoteValue(given)}, but must be samples: a Float32Array, an Int16Array, a list`,
    )
  // JSON writes NaN and infinity as null.
  const isNumber = (one: unknown) => typeof one === 'number' || (typeof one === 'string' && one.trim() !== '')
  const missing = Array.isArray(given) ? given.findIndex((one) => !isNumber(one)) : -1
  if (missing >= 0)
    throw new ValueError(
      `its ${name} must be numbers, but the one at place ${missing} is ${quoteValue(given[missing])}`,
    )
  const most = { Int8Array: 128, Int16Array: 32768, Int32Array: 2147483648 }[typedArrayName(given) ?? ''] ?? 1
  const ready = asFloats(given)
  if (ready) return sliceInPieces(ready)
  const numbers = given as ArrayLike<number>
  const floats = new Float32Array(numbers.length)
  await inPieces(floats.length, (from, to) => {
    for (let i = from; i < to; i++) floats[i] = (numbers[i] as number) / most
  })
  return floats
}
