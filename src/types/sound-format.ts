/** The first bytes of sound files other than WAV → their media types. */
const BEGINNINGS: readonly (readonly [beginning: readonly number[], mime: string])[] = [
  [codes('fLaC'), 'audio/flac'],
  [codes('OggS'), 'audio/ogg'],
  [codes('ID3'), 'audio/mpeg'], // MP3 with tags
  [codes('FORM????AIF'), 'audio/aiff'],
  [codes('.snd'), 'audio/basic'],
  [codes('caff'), 'audio/x-caf'],
  [codes('#!AMR'), 'audio/amr'],
  [codes('????ftypM4A'), 'audio/mp4'],
  [codes('????ftypM4B'), 'audio/mp4'],
]

/** A question mark stands for any byte, which is stored as −1. */
function codes(text: string): number[] {
  return Array.from(text, (letter) => (letter === '?' ? -1 : letter.charCodeAt(0)))
}

/** The second byte of an MP3, MP2 or AAC without tags, after 0xff. */
const SYNC = new Set([0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xe2, 0xe3])
/** Those of AAC. */
const AAC = new Set([0xf1, 0xf9])
/** MP4 and similar containers, which may contain sound, unless their brand is that of a picture. */
const VIDEO = /^....ftyp(?!avif|avis|heic|heix|heim|heis|hevc|mif1|msf1)/s
/**
 * Other containers and formats that may contain sound: Matroska and WebM, AVI, Windows Media, Flash, MPEG,
 * Wave64, WavPack, TTA, AC-3.
 */
const OTHERS: readonly (readonly number[])[] = [
  [0x1a, 0x45, 0xdf, 0xa3],
  codes('RIFF????AVI '),
  [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11],
  codes('FLV'),
  [0, 0, 1, 0xba],
  codes('riff').concat(0x2e, 0x91, 0xcf, 0x11),
  codes('wvpk'),
  codes('TTA1'),
  [0x0b, 0x77],
]

/** The media type of an encoded sound; null for other data. */
export function soundMime(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 16))
  if (/^(RIFF|RF64)....WAVE/s.test(start)) return 'audio/wav'
  const [first, second = 0, third] = bytes
  if (first === 0xff && SYNC.has(second) && bytes.length > 3 && third !== 0xff)
    return AAC.has(second) ? 'audio/aac' : 'audio/mpeg'
  return BEGINNINGS.find(([beginning]) => begins(bytes, beginning))?.[1] ?? null
}

/** The format of an encoded sound: WAV or another one; null for other data. */
export function soundFormat(bytes: Uint8Array): 'wav' | 'buffer' | null {
  const mime = soundMime(bytes)
  if (mime === null) return null
  return mime === 'audio/wav' ? 'wav' : 'buffer'
}

/** Whether the data may contain sound, possibly together with video. */
export function mayHaveSound(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 16))
  return (
    soundFormat(bytes) !== null ||
    VIDEO.test(start) ||
    OTHERS.some((beginning) => begins(bytes, beginning)) ||
    isTransportStream(bytes)
  )
}

/** Whether the data consists of MPEG-TS packets, each after a time stamp of 4 bytes in files of cameras (M2TS). */
function isTransportStream(bytes: Uint8Array): boolean {
  const inARow = (first: number, length: number) => [0, 1, 2].every((i) => bytes[first + i * length] === 0x47)
  return inARow(0, 188) || inARow(4, 192)
}

function begins(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, i) => byte < 0 || bytes[i] === byte) && bytes.length >= beginning.length
}
