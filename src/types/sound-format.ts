/** The beginnings of sound files other than WAV. */
const BEGINNINGS: readonly (readonly number[])[] = [
  codes('fLaC'),
  codes('OggS'),
  codes('ID3'), // MP3 with tags
  codes('FORM????AIF'),
  codes('.snd'),
  codes('caff'),
  codes('#!AMR'),
  codes('????ftypM4A'),
  codes('????ftypM4B'),
]

/** A question mark is any byte, which stands as −1. */
function codes(text: string): number[] {
  return Array.from(text, (letter) => (letter === '?' ? -1 : letter.charCodeAt(0)))
}

/** The second byte of an MP3, MP2 or AAC without tags, after one of 255. */
const SYNC = new Set([0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xe2, 0xe3])
/** MP4 and its kin, which may have sound, but not the pictures among them. */
const VIDEO = /^....ftyp(?!avif|avis|heic|heix|heim|heis|hevc|mif1|msf1)/s
/** What else may have sound: Matroska and WebM, AVI, Windows Media, Flash, MPEG, Wave64. */
const OTHERS: readonly (readonly number[])[] = [
  [0x1a, 0x45, 0xdf, 0xa3],
  codes('RIFF????AVI '),
  [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11],
  codes('FLV'),
  [0, 0, 1, 0xba],
  codes('riff').concat(0x2e, 0x91, 0xcf, 0x11),
]

/** How bytes of an encoded sound travel: as a WAV, or in another format; null for bytes that are none. */
export function soundFormat(bytes: Uint8Array): 'wav' | 'buffer' | null {
  const start = String.fromCharCode(...bytes.subarray(0, 16))
  if (/^(RIFF|RF64|RIFX)....WAVE/s.test(start)) return 'wav'
  const isSync = bytes[0] === 0xff && SYNC.has(bytes[1] ?? 0) && bytes.length > 3 && bytes[2] !== 0xff
  return isSync || BEGINNINGS.some((beginning) => begins(bytes, beginning)) ? 'buffer' : null
}

/** Whether bytes may hold a sound beside something else. */
export function mayHaveSound(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 16))
  return soundFormat(bytes) !== null || VIDEO.test(start) || OTHERS.some((beginning) => begins(bytes, beginning))
}

function begins(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, i) => byte < 0 || bytes[i] === byte) && bytes.length >= beginning.length
}
