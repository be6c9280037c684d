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

/** The second byte of an MP3 or AAC without tags, after one of 255. */
const SYNC = new Set([0xf1, 0xf2, 0xf3, 0xf9, 0xfa, 0xfb, 0xe2, 0xe3])
/** MP4 and its kin, which may have sound, but not the pictures among them; and Matroska and WebM. */
const VIDEO = /^....ftyp(?!avif|avis|heic|heix|heim|heis|hevc|mif1|msf1)/s
const MATROSKA = [0x1a, 0x45, 0xdf, 0xa3]

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
  return soundFormat(bytes) !== null || VIDEO.test(start) || begins(bytes, MATROSKA)
}

function begins(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, i) => byte < 0 || bytes[i] === byte) && bytes.length >= beginning.length
}

/** Text that says itself that it is a sound. */
export function isSoundUri(text: string): boolean {
  return /^data:audio\//i.test(text)
}
