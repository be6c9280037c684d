import { type Audio, audioInPieces, refuseTooLong, secondsInWords, shownSeconds } from './audio'
import { atOnce, inPieces, type PixelWork, piecewise } from './in-pieces'
import { refuseDamage } from './refuse-damage'
import { count } from './words'

const PCM = 1
const FLOAT = 3
const EXTENSIBLE = 0xfffe
/** Chunks that may follow the samples. After a size of 0, one of these shows that the WAV really is empty. */
const OTHER_PARTS = /^(LIST|fact|cue |smpl|inst|bext|iXML|PEAK|JUNK|id3 |ID3 )$/

/**
 * Sizes that programs write if they don't know the length in advance, for example when they write to a pipe.
 * Everything from 0xfffff000 on counts too.
 */
const UNKNOWN = new Set([0, 0x7ffff000, 0x7fffffdb, 0x7fffffff, 0x80000000])

/** The number of bytes after the samples that are examined. */
const LOOKED_AT = 65_536

/** The encoding of a WAV's samples. */
interface Layout {
  format: number
  channels: number
  sampleRate: number
  bits: number
}

type ReadSample = (view: DataView, at: number) => number

/** By format and number of bits. 8-bit samples are unsigned. */
const readSample: Record<string, ReadSample> = {
  '1/8': (view, at) => (view.getUint8(at) - 128) / 128,
  '1/16': (view, at) => view.getInt16(at, true) / 32768,
  '1/24': (view, at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8388608,
  '1/32': (view, at) => view.getInt32(at, true) / 2147483648,
  '3/32': (view, at) => view.getFloat32(at, true),
  '3/64': (view, at) => view.getFloat64(at, true),
}

/** ffmpeg's names for raw samples → their format and number of bits. */
export const RAW_FORMATS: Readonly<Record<string, string>> = {
  u8: '1/8',
  s16le: '1/16',
  s24le: '1/24',
  s32le: '1/32',
  f32le: '3/32',
  f64le: '3/64',
}

/** A WAV's properties, known before its samples are read; null for other files and uncommon encodings. */
export interface WavHeader extends Layout {
  /** The start and end of the samples, in bytes. The end may be beyond the given data. */
  start: number
  end: number
}

/**
 * @param bytes the beginning of the file, up to the samples
 * @returns null if it isn't a WAV with plain samples of 8, 16, 24 or 32 bits, or of floats
 */
export function readWavHeader(bytes: Uint8Array): WavHeader | null {
  const found = findSamples(bytes)
  if (!found?.layout || !readSample[`${found.layout.format}/${found.layout.bits}`]) return null
  const { layout, start, size, isOpen } = found
  return layout.channels < 1 ? null : { ...layout, start, end: isOpen ? Number.POSITIVE_INFINITY : start + size }
}

/** The size in bytes of the samples as floats; 0 if another program must decode it. */
export function decodedSize(bytes: Uint8Array): number {
  const header = readWavHeader(bytes)
  return header ? (32 / header.bits) * Math.max(0, Math.min(header.end, bytes.length) - header.start) : 0
}

/** Whether a WAV in any encoding doesn't state its length. */
export function isOpenWav(bytes: Uint8Array): boolean {
  return findSamples(bytes)?.isOpen === true
}

function findSamples(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return null
  let layout: Layout | null = null
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (tag(view, at) === 'fmt ' && start + 16 <= bytes.length) layout = readLayout(view, start, size)
    if (tag(view, at) === 'data') {
      const isEmpty = size === 0 && OTHER_PARTS.test(tag(view, start))
      return { layout, start, size, isOpen: !isEmpty && (UNKNOWN.has(size) || size >= 0xfffff000) }
    }
    at = start + size + (size & 1)
  }
  return null
}

/**
 * @param warn called with a description of what is missing; without it, such a WAV is refused
 * @returns null if another program must decode it
 * @throws ValueError if it is damaged
 */
export async function readWav(bytes: Uint8Array, warn?: (sentence: string) => void): Promise<Audio | null> {
  const header = readWavHeader(bytes)
  if (!header) return null
  const { channels, sampleRate, format, bits, start } = header
  const wrong = wrongSize(header, bytes.length, bytes.subarray(endOf(header), endOf(header) + LOOKED_AT))
  if (wrong) refuseDamage(`the WAV ${wrong}`, warn)
  const samples = bytes.subarray(start, Math.min(header.end, bytes.length))
  const data = await samplesOf(samples, `${format}/${bits}`, channels, sampleRate)
  return audioInPieces({ sampleRate, channels, data })
}

/** The positions at which another chunk may begin: the next even ones. */
export function endOf({ end }: WavHeader): number {
  return end + (end & 1)
}

/**
 * What is wrong if the header announces more samples than there are, or fewer; null if nothing is.
 *
 * @param size the size of the whole WAV in bytes
 * @param rest the data after the samples, or its beginning: other chunks, nothing, or zeros
 */
export function wrongSize(header: WavHeader, size: number, rest: Uint8Array): string | null {
  const { start, end, channels, sampleRate, bits } = header
  if (Number.isFinite(end) && end > size) {
    // Some programs wrongly include the header in the size of the samples.
    if ([8, start - 8, start].includes(end - size)) return null
    const seconds = (bytes: number) => (8 * (bytes - start)) / (bits * channels * sampleRate)
    return `ends too early, after ${shownSeconds(seconds(size))} of ${secondsInWords(seconds(end))}`
  }
  if (rest.length < 8 || rest.every((byte) => byte === 0)) return null
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength)
  const name = tag(view, 0)
  const left = size - endOf(header)
  if (/^(ID3|TAG)/.test(name) || (/^[ -~]{4}$/.test(name) && view.getUint32(4, true) <= left - 8)) return null
  return `has a header that leaves out its last ${count(left, 'byte')}, as if its writer had been interrupted`
}

/**
 * Decodes raw samples. An incomplete frame at the end is discarded.
 *
 * @param kind a key of `RAW_FORMATS`
 */
export async function samplesOf(
  bytes: Uint8Array,
  kind: string,
  channels: number,
  sampleRate: number,
): Promise<Float32Array> {
  const read = readSample[kind] as ReadSample
  const width = Number(kind.slice(2)) / 8
  const length = Math.floor(bytes.length / (width * channels)) * channels
  refuseTooLong(length, sampleRate * channels)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data = new Float32Array(length)
  await inPieces(length, (from, to) => {
    for (let i = from; i < to; i++) data[i] = read(view, i * width)
  })
  return data
}

/**
 * Encodes a sound as a WAV with 16 bits or, without loss, 32-bit floats. With 16 bits, samples outside −1 to
 * 1 are clipped.
 */
export function writeWav(audio: Audio, bits: 16 | 32 = 16): Uint8Array {
  return atOnce(writing(audio, bits))
}

/** The same in pieces, so that a long sound doesn't block other work. */
export function writeWavInPieces(audio: Audio, bits: 16 | 32 = 16): Promise<Uint8Array> {
  return piecewise(writing(audio, bits))
}

function writing({ sampleRate, channels, data }: Audio, bits: 16 | 32): PixelWork<Uint8Array> {
  const width = bits / 8
  const size = data.length * width
  const bytes = new Uint8Array(44 + size)
  const view = new DataView(bytes.buffer)
  const write = (at: number, text: string) => {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
  }
  write(0, 'RIFF')
  view.setUint32(4, 36 + size, true)
  write(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, bits === 16 ? PCM : FLOAT, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * channels * width, true)
  view.setUint16(32, channels * width, true)
  view.setUint16(34, bits, true)
  write(36, 'data')
  view.setUint32(40, size, true)
  const part = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const sample = data[i] as number
      if (bits === 32) view.setFloat32(44 + i * 4, sample, true)
      else view.setInt16(44 + i * 2, Math.min(32767, Math.max(-32768, Math.round(sample * 32768))), true)
    }
  }
  return { count: data.length, part, done: () => bytes }
}

function readLayout(view: DataView, at: number, size: number): Layout {
  const plain = view.getUint16(at, true)
  // In the extensible form, a longer identifier begins with the plain format number.
  const isExtended = plain === EXTENSIBLE && size >= 26 && at + 26 <= view.byteLength
  const format = isExtended ? view.getUint16(at + 24, true) : plain
  const channels = view.getUint16(at + 2, true)
  const sampleRate = view.getUint32(at + 4, true)
  const bytesAtOnce = view.getUint16(at + 12, true)
  const bits = view.getUint16(at + 14, true)
  // Samples may be stored in more bits than they use, such as 24 of 32, in the upper bits. Requiring a
  // consistent byte rate excludes wrong headers.
  const room = (8 * bytesAtOnce) / channels
  const isRoomy = format === PCM && room > bits && view.getUint32(at + 8, true) === sampleRate * bytesAtOnce
  return { format, channels, sampleRate, bits: isRoomy ? room : bits }
}

/** '' at the end of the data. */
function tag(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return ''
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)))
}
