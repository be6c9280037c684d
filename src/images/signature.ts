/**
 * The first bytes of all formats that the decoder accepts. GIF, TIFF (including BigTIFF) and AVIF have
 * several.
 */
const PICTURES = /^(\x89PNG\r\n|\xff\xd8\xff|RIFF.{4}WEBP|GIF8[79]a|II[*+]\0|MM\0[*+]|.{4}ftyp)/s
const PAGED = /^(RIFF.{4}WEBP|GIF8[79]a|II[*+]\0|MM\0[*+])/s

/** The number of bytes needed to identify a file's format. */
export const SIGNATURE = 4096

/**
 * Whether data begins like a picture. Vector graphics (SVG) and compressed files never reach the decoder,
 * because a small one can use up all memory, like a program.
 */
export function beginsLikePicture(bytes: Uint8Array): boolean {
  return PICTURES.test(latin(bytes))
}

export function beginsLikeDrawing(bytes: Uint8Array): boolean {
  // In UTF-16, every second byte of the tags is 0.
  return /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<[^>]*.*?svg/s.test(latin(bytes).replaceAll('\0', ''))
}

export function beginsLikeGif(bytes: Uint8Array): boolean {
  return latin(bytes).startsWith('GIF8')
}

export function beginsLikePng(bytes: Uint8Array): boolean {
  return latin(bytes).startsWith('\x89PNG\r\n')
}

/** Whether it is a GIF, WebP or TIFF, which may have several frames or pages. */
export function mayHavePages(bytes: Uint8Array): boolean {
  return PAGED.test(latin(bytes))
}

export function isAnimatedAvif(bytes: Uint8Array): boolean {
  return /^.{4}ftypavis/s.test(latin(bytes))
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SIGNATURE)).toString('latin1')
}
