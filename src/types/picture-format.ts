import type { ImageFormat } from './port-type'

const signatures: [ImageFormat, RegExp][] = [
  ['png', /^\x89PNG\r\n/],
  ['jpeg', /^\xff\xd8\xff/],
  ['webp', /^RIFF.{4}WEBP/s],
  ['buffer', /^(GIF8[79]a|II\*|MM.\*|.{4}ftyp(avif|avis|heic|heix|mif1)|\s*<(\?xml.*?<)?svg)/s],
]

/**
 * The picture format that bytes begin with; `buffer` for a format that has no type of its own, null for
 * anything else.
 */
export function pictureFormat(bytes: Uint8Array): ImageFormat | null {
  const start = String.fromCharCode(...bytes.subarray(0, 200))
  return signatures.find(([, signature]) => signature.test(start))?.[0] ?? null
}
