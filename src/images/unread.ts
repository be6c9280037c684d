/** What a picture is saved as that cannot be read. */
const SAVE = 'save it as JPEG or PNG first'

/** How other files begin, and what to say of them. */
const kinds: [start: RegExp, sentence: string][] = [
  [/^.{4}ftyp(heic|heix|heim|heis|hevc|hevx|hevm|hevs)/s, ''],
  [/^.{4}ftypcrx /s, `a camera's raw file (CR3), which cannot be read: ${SAVE}`],
  [/^.{4}ftyp(?!avi[fs]|mif1|msf1|mi)/s, 'a video or sound: give its path to an images node'],
  [/^\x1aE\xdf\xa3|^RIFF.{4}AVI /s, 'a video: give its path to an images node'],
  [/^BM.{4}\0\0\0\0/s, `a BMP, which cannot be read: ${SAVE}`],
  [/^\0\0\0\x0cjP {2}\r\n|^\xff\x4f\xff\x51/, `a JPEG 2000, which cannot be read: ${SAVE}`],
  [/^\0\0\0\x0cJXL \r\n|^\xff\x0a/, `a JPEG XL, which cannot be read: ${SAVE}`],
  [/^8BPS/, `a Photoshop file, which cannot be read: ${SAVE}`],
  [/^v\/1\x01/, `an OpenEXR file, which cannot be read: ${SAVE}`],
  [/^#\?RADIANCE/, `a Radiance HDR picture, which cannot be read: ${SAVE}`],
  [/^\0\0[\x01\x02]\0.{2}/s, `an icon, which cannot be read: ${SAVE}`],
  [/^P[1-7]\s/, `a PNM picture, which cannot be read: ${SAVE}`],
  [/^%PDF-/, 'a PDF: save its pages as PNG first'],
  [/^(FUJIFILMCCD-RAW|IIRO|IIU\0|II\*\0.{4}CR)/s, `a camera's raw file, which cannot be read: ${SAVE}`],
]

/** A photo of an iPhone. */
export const HEIC =
  'a HEIC photo, as iPhones take them, which cannot be read: save it as JPEG first, or set the iPhone to take JPEGs (Settings, Camera, Formats, Most Compatible)'

/**
 * What a file is that the decoder does not know, the end of a sentence that begins with the file: "a BMP, which cannot be read:
 * save it as JPEG or PNG first". Null where that is not known either.
 *
 * @param start its first bytes
 */
export function nameUnread(start: Uint8Array): string | null {
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1')
  const found = kinds.find(([begins]) => begins.test(text))
  if (found) return found[1] || HEIC
  return isPreviewOnly(start) ? `a camera's raw file, which cannot be read: ${SAVE}` : null
}

/** The raw files of cameras (DNG, NEF, ARW, …) are TIFFs whose first picture is a small preview, and says so. */
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
