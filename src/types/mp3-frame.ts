/**
 * Bit rates in kbit/s by index, from 1: for layers 1, 2 and 3 of MPEG 1, then for layer 1, and for 2 and 3,
 * of MPEG 2 and 2.5.
 */
const BITRATES = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const
const RATES = [44_100, 48_000, 32_000] as const
/**
 * How many bytes to search for the first frame. Radio streams and badly written programs put other data
 * before it.
 */
const LOOKED_THROUGH = 65_536
/** This many consecutive frames don't occur by chance in other data. */
const IN_A_ROW = 4

/** The length in bytes of the MP3, MP2 or AAC (ADTS) frame at this position; 0 if there is none. */
export function frameLength(bytes: Uint8Array, at = 0): number {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0] = bytes.subarray(at, at + 6)
  if (b0 !== 0xff || b1 < 0xe0) return 0
  if ((b1 & 0xf6) === 0xf0) return adtsLength(b2, b3, b4, b5)
  const version = (b1 >> 3) & 3
  const layer = 4 - ((b1 >> 1) & 3)
  const rate = RATES[((b2 >> 2) & 3) as 0 | 1 | 2]
  const isFirst = version === 3
  const bitrate = BITRATES[isFirst ? layer - 1 : layer === 1 ? 3 : 4]?.[(b2 >> 4) - 1]
  if (version === 1 || layer === 4 || !rate || !bitrate) return 0
  const sampleRate = isFirst ? rate : version === 2 ? rate / 2 : rate / 4
  const padding = (b2 >> 1) & 1
  if (layer === 1) return 4 * (Math.floor((12_000 * bitrate) / sampleRate) + padding)
  return Math.floor(((layer === 3 && !isFirst ? 72_000 : 144_000) * bitrate) / sampleRate) + padding
}

function adtsLength(b2: number, b3: number, b4: number, b5: number): number {
  const length = ((b3 & 3) << 11) | (b4 << 3) | (b5 >> 5)
  return ((b2 >> 2) & 15) < 13 && length > 7 ? length : 0
}

/**
 * Whether the data is an MP3 or similar that starts with something else, such as a server's response header,
 * zeros or a partial frame.
 */
export function hasFrames(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, LOOKED_THROUGH)
  for (let at = bytes.indexOf(0xff); at >= 0 && at < end; at = bytes.indexOf(0xff, at + 1)) {
    let next = at
    let count = 0
    for (let length = frameLength(bytes, next); length > 0 && count < IN_A_ROW; length = frameLength(bytes, next)) {
      next += length
      count++
    }
    if (count === IN_A_ROW) return true
  }
  return false
}
