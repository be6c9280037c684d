import { open as openFile, stat } from 'node:fs/promises'
import { otherThanFile, sayFileError, shownPath } from '../files'
import { type Channels, type DecodeAs, Image } from '../types'
import { withChannelsInPieces } from '../types/adapt'
import { counts } from './counts'
import { inksToRgb } from './inks'
import { areGreys, checkIds, idsOf16, unscaledIds } from './label-ids'
import { colorsOfPng } from './png-colors'
import { readIndexes } from './png-indexes'
import { hasNumbers, readNumbers } from './read-numbers'
import { isRgbProfile } from './rgb-profile'
import { type Metadata, type Sharp, sharp } from './sharp'
import { beginsLikeDrawing, beginsLikeGif, beginsLikePicture, isAnimatedAvif, SIGNATURE } from './signature'
import { colorsOfCodes, SRGB_COLORS, type StatedColors, toSrgb } from './stated-colors'
import { withUncovered } from './uncovered-gif'
import { unfinished } from './unfinished'
import { HEIC, nameUnread } from './unread'

/**
 * Pictures with more pixels are rejected before they are decoded. 100 megapixels with an alpha channel take
 * 400 MB.
 */
export const MAX_PIXELS = 100_000_000

export interface DecodeOptions extends DecodeAs {
  /** Default `MAX_PIXELS`. */
  maxPixels?: number
  /** The index of the frame or page, from 0; default 0. */
  page?: number
  /** Called with the size in bytes before the picture is decoded. Resolves once there is enough memory. */
  admit?(bytes: number): Promise<void>
}

/**
 * Decodes a JPEG, PNG, WebP, GIF, TIFF or AVIF to 8-bit sRGB. The picture is rotated according to EXIF, CMYK
 * and 16 bits are converted, grey becomes RGB unless `grey` is set (with alpha, RGBA in any case), and alpha is
 * kept as a fourth channel. A TIFF of floats from 0 to 1 keeps its floats. With `numbers`, floats have a range
 * from 0 (or the minimum, if that is lower) to the maximum.
 *
 * @throws Error with a one-sentence message that starts with a noun ("the PNG ends too early")
 */
export async function decodeImage(source: Uint8Array | { path: string }, options: DecodeOptions = {}): Promise<Image> {
  const { grey = false, numbers = false, ids = false, indexes = false, admit } = options
  const { given, start, metadata, pixelsOf } = await begin(source, options)
  const hasIds = ids && metadata.channels <= 2
  if (hasIds) await checkIds(metadata, { given, start })
  const keepsNumbers = numbers || hasIds
  const isFloat = hasNumbers(metadata, keepsNumbers)
  await admit?.(sizeOf(metadata) * (isFloat ? 4 : 1))
  const pixels = pixelsOf(isFloat || hasIds)
  counts.decoded++
  const found = indexes ? await decodeIndexes(metadata, given) : null
  if (found) return found
  if (isFloat) return readNumbers(hasIds ? pixels.extractChannel(0) : pixels, metadata, keepsNumbers)
  const isGrey = (grey && metadata.channels === 1) || hasIds
  if (hasIds) return unscaledIds(await decodeShown(pixels.extractChannel(0), { metadata, isGrey, given }), metadata)
  const equal = ids ? await decodeEqual(pixelsOf(true), { metadata, start, given }) : null
  if (equal) return equal
  // sharp would convert to Display P3 first, which cuts off colours that differ afterwards.
  if (metadata.space === 'rgb16' && metadata.icc) {
    const stored = pixelsOf(true)
    const shown = isRgbProfile(metadata.icc) ? stored.withIccProfile('srgb') : stored
    return decodeStated(shown, { metadata, isGrey, colors: SRGB_COLORS, given })
  }
  const colors = numbers || ids ? null : await statedColors(metadata, start, given)
  if (!colors) return decodeShown(pixels, { metadata, isGrey, given })
  return decodeStated(pixels, { metadata, isGrey, colors, given })
}

/**
 * What `decodeImage` would decode with `grey`, for sharp to convert without the whole picture in memory.
 *
 * @param isWanted whether a picture of this size is to be converted in this way
 * @returns null if it isn't, or if sharp alone can't decode it
 * @throws Error in a sentence
 */
export async function undecoded(
  source: Uint8Array | { path: string },
  isWanted: (size: { width: number; height: number }) => boolean,
  options: Pick<DecodeOptions, 'maxPixels' | 'admit'> = {},
): Promise<Sharp | null> {
  const { given, start, metadata, pixelsOf } = await begin(source, options)
  const { channels, depth, space } = metadata
  if (!isWanted(metadata) || depth !== 'uchar' || !/^(srgb|b-w)$/.test(space)) return null
  if (await statedColors(metadata, start, given)) return null
  await options.admit?.(sizeOf(metadata))
  return inSrgb(pixelsOf(), metadata, channels === 1)
}

/** A picture whose header has been read and isn't refused. */
async function begin(
  source: Uint8Array | { path: string },
  { maxPixels = MAX_PIXELS, page = 0 }: Pick<DecodeOptions, 'maxPixels' | 'page'>,
) {
  const given = source instanceof Uint8Array ? source : source.path
  if (given.length === 0) throw unfinished('the picture is empty')
  const start = await startOf(given)
  checkStart(start, given)
  const { input, at } = beginsLikeGif(start)
    ? await withUncovered(given, page + 1)
    : { input: given, at: (frame: number) => frame }
  const metadata = await readHeader(input, start, given)
  const format = nameOfFormat(metadata)
  if (metadata.width * metadata.height > maxPixels) {
    throw new Error(
      `the ${format} is ${metadata.width}×${metadata.height} pixels, more than the ${Math.round(maxPixels / 1e6)} megapixels allowed: make it smaller first`,
    )
  }
  if (metadata.channels > 4)
    throw new Error(
      `the ${format} has ${metadata.channels} channels, but at most 4 are supported: save it as RGB first`,
    )
  return { given, start, metadata, pixelsOf: (ignoreIcc = false) => open(input, { page: at(page), ignoreIcc }) }
}

const nameOfFormat = ({ format }: Metadata) => format.toUpperCase()

/** In bytes, when it is decoded to 8 bits. */
const sizeOf = ({ width, height, channels }: Metadata) => width * height * channels

interface How {
  metadata: Metadata
  isGrey: boolean
  given: Uint8Array | string
}

async function decodeShown(pixels: Sharp, { metadata, isGrey, given }: How): Promise<Image> {
  if (metadata.space === 'cmyk' && !metadata.hasProfile) return decodeInks(pixels, metadata, given)
  const shown = inSrgb(pixels, metadata, isGrey)
  const { data, info } = await toBuffer(shown.raw({ depth: 'uchar' }), metadata, given)
  const image = new Image({ width: info.width, height: info.height, channels: info.channels as Channels, data })
  return isGrey && image.channels === 3 ? withChannelsInPieces(image, 1) : image
}

/** The colours that a picture states outside a profile; null for sRGB. @throws Error in a sentence */
async function statedColors(
  { format, compression, hasProfile }: Metadata,
  start: Uint8Array,
  given: Uint8Array | string,
): Promise<StatedColors | null> {
  if (format === 'png') return colorsOfPng(given)
  if (compression !== 'av1') return null
  const box = Buffer.from(start).indexOf('colrnclx')
  if (box < 0 || box + 12 > start.length) return null
  const view = new DataView(start.buffer, start.byteOffset + box + 8)
  const stated = colorsOfCodes(view.getUint16(0), view.getUint16(2))
  return hasProfile ? null : stated
}

async function decodeInks(pixels: Sharp, metadata: Metadata, given: Uint8Array | string): Promise<Image> {
  const raw = pixels.pipelineColourspace('cmyk').toColourspace('cmyk').raw({ depth: 'uchar' })
  const { data, info } = await toBuffer(raw, metadata, given)
  return new Image({ width: info.width, height: info.height, channels: 3, data: await inksToRgb(data) })
}

/**
 * A picture whose three channels are equal may contain label ids, which its colour profile must not change.
 *
 * @returns null if they aren't equal
 * @throws Error in a sentence if they are, but aren't ids any longer
 */
async function decodeEqual(
  pixels: Sharp,
  { metadata, start, given }: { metadata: Metadata; start: Uint8Array; given: Uint8Array | string },
): Promise<Image | null> {
  const { space } = metadata
  if (space !== 'srgb' && space !== 'rgb16') return null
  const isDeep = space === 'rgb16'
  const raw = pixels.toColourspace(space).raw({ depth: isDeep ? 'ushort' : 'uchar' })
  const { data, info } = await toBuffer(raw, metadata, given)
  const { width, height } = info
  const channels = info.channels as Channels
  const numbers = isDeep ? new Uint16Array(new Uint8Array(data).buffer) : data
  if (!(await areGreys(numbers, channels))) return null
  await checkIds(metadata, { given, start })
  if (numbers instanceof Uint16Array) return idsOf16(numbers, { width, height, channels })
  return new Image({ width, height, channels, data })
}

async function decodeIndexes(metadata: Metadata, given: Uint8Array | string): Promise<Image | null> {
  const { width, height, format } = metadata
  if (format !== 'png') return null
  const data = await readIndexes(given, async (png) => {
    const pixels = open(png, { ignoreIcc: true }).extractChannel(0).toColourspace('b-w')
    return (await toBuffer(pixels.raw({ depth: 'uchar' }), metadata, given)).data
  })
  return data && new Image({ width, height, channels: 1, data })
}

/**
 * Reads all 16 bits if there are as many, because with linear light the dark areas would lose detail in 8
 * bits.
 */
async function decodeStated(
  pixels: Sharp,
  { metadata, isGrey, colors, given }: How & { colors: StatedColors },
): Promise<Image> {
  const isDeep = metadata.depth === 'ushort'
  const space = isGrey ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb'
  const raw = pixels.toColourspace(space).raw({ depth: isDeep ? 'ushort' : 'uchar' })
  const { data, info } = await toBuffer(raw, metadata, given)
  const numbers = isDeep ? new Uint16Array(new Uint8Array(data).buffer) : data
  const channels = info.channels as Channels
  const bytes = await toSrgb(numbers, colors, { channels, most: isDeep ? 65_535 : 255 })
  return new Image({ width: info.width, height: info.height, channels, data: bytes })
}

/** sharp ignores the profile of 16-bit grey unless that becomes grey of 8 bits. */
function inSrgb(pixels: Sharp, { space, hasProfile }: Metadata, isGrey: boolean): Sharp {
  if (!hasProfile || space !== 'grey16') return pixels.toColourspace(isGrey ? 'b-w' : 'srgb')
  return pixels.withIccProfile('srgb').toColourspace('b-w')
}

/**
 * The size limit is off, because it is checked elsewhere with a better error message. Damaged files are
 * errors; warnings of the decoder are ignored.
 *
 * @param options.ignoreIcc for raw values, which a colour profile would change
 */
function open(input: Uint8Array | string, { page = 0, ignoreIcc = false } = {}): Sharp {
  return sharp(input, {
    ...{ limitInputPixels: false, failOn: 'error', autoOrient: true, ignoreIcc },
    ...(page > 0 && { page }),
  })
}

/** The first bytes of a picture. @throws Error in a sentence */
async function startOf(input: Uint8Array | string): Promise<Uint8Array> {
  if (typeof input !== 'string') return input.subarray(0, SIGNATURE)
  const refuse = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`there is no picture file ${shownPath(input)}`)
    const sentence = `the file ${shownPath(input)} ${sayFileError(error)}`
    // The program that writes the file may have locked it.
    throw /^(EACCES|EPERM|EBUSY)$/.test(error.code ?? '') ? unfinished(sentence) : new Error(sentence)
  }
  const found = await stat(input).catch(refuse)
  const other = otherThanFile(found)
  if (other) throw new Error(`${shownPath(input)} ${other}: choose a picture file`)
  // Some system files have no size, and reading them blocks as with pipes.
  if (found.size === 0) throw unfinished(`the picture file ${shownPath(input)} is empty`)
  const file = await openFile(input).catch(refuse)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE), 0, SIGNATURE, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function checkStart(start: Uint8Array, input: Uint8Array | string): void {
  if (beginsLikeDrawing(start)) {
    throw new Error('the picture is an SVG drawing, which has no pixels yet: save it as PNG first')
  }
  const other = nameUnread(start)
  if (other) throw new Error(`${nameOf(input)} is ${other}`)
  // An empty file, or one with only zeros, may still be in the middle of being copied.
  if (!beginsLikePicture(start))
    throw start.some((byte) => byte > 0) ? new Error(noPicture(input)) : unfinished(noPicture(input))
}

function nameOf(input: Uint8Array | string): string {
  return typeof input === 'string' ? `the file ${shownPath(input)}` : 'the data'
}

function noPicture(input: Uint8Array | string): string {
  return `${nameOf(input)} isn't a picture that Daisychain can read (JPEG, PNG, WebP, GIF, TIFF or AVIF)`
}

async function readHeader(
  input: Uint8Array | string,
  start: Uint8Array,
  given: Uint8Array | string,
): Promise<Metadata> {
  try {
    return await open(input).metadata()
  } catch (error) {
    const reason = (error as Error).message
    if (/samples out of range|unsupported tiff/i.test(reason))
      throw new Error(
        `${nameOf(given)} is a TIFF of numbers that cannot be read: save it with 8 or 16 bits, or 32-bit floats`,
      )
    if (isForeign(error)) throw foreign(given)
    if (/corrupt header|VipsJpeg|end of|truncated/i.test(reason))
      throw unfinished('the picture is damaged or ends too early')
    if (isAnimatedAvif(start)) throw new Error(`${nameOf(given)} is an animated AVIF: give its path to an images node`)
    throw unfinished(noPicture(given)) // It begins like a picture.
  }
}

/** The file is complete but isn't supported: ZSTD, 8-bit Lab or lossless JPEG. */
function isForeign(error: unknown): boolean {
  return /is not configured|bad labq|unsupported jpeg|unsupported sof/i.test((error as Error).message)
}

function foreign(given: Uint8Array | string): Error {
  return new Error(
    `${nameOf(given)} is of a kind that cannot be read: save it as RGB with common compression, or as PNG`,
  )
}

async function toBuffer(image: Sharp, { format, compression }: Metadata, given: Uint8Array | string) {
  try {
    return await image.toBuffer({ resolveWithObject: true })
  } catch (error) {
    if (compression === 'hevc') throw new Error(`${nameOf(given)} is ${HEIC}`)
    if (isForeign(error)) throw foreign(given)
    throw unfinished(`the ${format.toUpperCase()} is damaged or ends too early`)
  }
}
