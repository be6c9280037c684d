/** The advice in which format to save a picture that can't be read. */
const SAVE = 'save it as JPEG or PNG first'

/** The format of iPhone photos. */
export const HEIC =
  'a HEIC photo, as iPhones take them, which cannot be read: save it as JPEG first, or set the iPhone to take JPEGs (Settings, Camera, Formats, Most Compatible)'

const RAW = `a camera's raw file, which cannot be read: ${SAVE}`
const SOUND = 'a sound file, which has no picture'
const VIDEO = 'a video: give its path to an images node'
const unread = (kind: string) => `${kind}, which cannot be read: ${SAVE}`

/** The bytes that identify other file types, their position, and what to say about these files. */
const kinds: [at: number, texts: string[], sentence: string][] = [
  [4, ['ftyphe'], HEIC],
  [4, ['ftypcrx '], RAW],
  // Picture formats have these brands; any other brand of such a container is video or sound.
  [4, ['ftypavi', 'ftypmif1', 'ftypmsf1', 'ftypmiaf', 'ftypMA1'], ''],
  [4, ['ftypM4A ', 'ftypM4B '], SOUND],
  [0, ['ID3', 'OggS', 'fLaC'], SOUND],
  [8, ['WAVE'], SOUND],
  [4, ['ftyp'], VIDEO],
  [0, ['\x1aE\xdf\xa3'], VIDEO],
  [8, ['AVI LIST'], VIDEO],
  [0, ['\0\0\0\x0cjP  \r\n', '\xff\x4f\xff\x51'], unread('a JPEG 2000')],
  [0, ['\0\0\0\x0cJXL \r\n', '\xff\x0a'], unread('a JPEG XL')],
  [0, ['8BPS'], unread('a Photoshop file')],
  [0, ['v/1\x01'], unread('an OpenEXR picture')],
  [0, ['#?RADIANCE', '#?RGBE'], unread('a Radiance HDR picture')],
  [0, ['\0\0\x01\0'], unread('an icon file')],
  [0, ['\0\0\x02\0\0\0\0\0', '\0\0\x0a\0\0\0\0\0'], unread('a Targa picture')],
  [0, ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'].map((text) => `${text}\n`), unread('a PNM picture')],
  [0, ['%PDF-'], 'a PDF: save its pages as PNG first'],
  [0, ['FUJIFILMCCD-RAW', 'IIRO', 'IIU\0'], RAW],
  [8, ['CR\x02\0'], RAW],
]

/**
 * The type of a file that the decoder doesn't support, as the end of a sentence that begins with the file: "a
 * BMP, which cannot be read: save it as JPEG or PNG first". Null if it is unknown.
 *
 * @param start the file's first bytes
 */
export function nameUnread(start: Uint8Array): string | null {
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1')
  const found = kinds.find(([at, texts]) => texts.some((part) => text.startsWith(part, at)))
  if (found) return found[2] || null
  if (text.startsWith('BM') && text.startsWith('\0\0\0\0', 6)) return unread('a BMP')
  return isPreviewOnly(start) ? RAW : null
}

/** Raw files from cameras (DNG, NEF, ARW, …) are TIFFs whose first picture is marked as a small preview. */
function isPreviewOnly(start: Uint8Array): boolean {
  const view = new DataView(start.buffer, start.byteOffset, start.length)
  const isLittle = start[0] === 0x49 && start[1] === 0x49
  if (start.length < 16 || !(isLittle || (start[0] === 0x4d && start[1] === 0x4d))) return false
  if (view.getUint16(2, isLittle) !== 42) return false
  const first = view.getUint32(4, isLittle)
  if (first + 2 > start.length) return false
  const count = view.getUint16(first, isLittle)
  for (let i = 0, at = first + 2; i < count && at + 12 <= start.length; i++, at += 12) {
    const isSubfileType = view.getUint16(at, isLittle) === 254
    if (isSubfileType) return (view.getUint32(at + 8, isLittle) & 1) === 1
  }
  return false
}
