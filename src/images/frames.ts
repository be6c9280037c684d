import { open } from 'node:fs/promises'
import { countFrames, type VideoOptions, videoFrames } from '../files'
import { Image } from '../types'
import { counts } from './counts'
import { type DecodeOptions, decodeImage, MAX_PIXELS } from './decode'
import { fullPages } from './full-pages'
import { colorsOfPng } from './png-colors'
import { type Metadata, sharp } from './sharp'
import { isAnimatedAvif } from './signature'
import { toSrgb } from './stated-colors'
import { withUncovered } from './uncovered-gif'
import { unfinished } from './unfinished'

/** The extensions of formats that may have several frames or pages. Other files aren't opened to check. */
const MAY_MOVE = /\.(gif|webp|a?png|avif|tiff?)$/i
/** The part of a PNG to search for the animation chunk, which precedes the pixels. */
const START = 4096

/** The frames of a picture with more than one. */
export interface Frames {
  /** The approximate number of frames; null if it is unknown. */
  count: number | null
  frames(): AsyncGenerator<Image>
}

/**
 * The frames of an animated GIF, WebP, PNG or AVIF, or the pages of a TIFF.
 *
 * @param options.rate frames per second; 0 for all frames
 * @returns null for a still picture, and for a file that isn't a picture
 */
export async function framesOf(path: string, options: VideoOptions & DecodeOptions): Promise<Frames | null> {
  if (!MAY_MOVE.test(path)) return null
  if (/\.(a?png|avif)$/i.test(path)) {
    if (!(await movesLikeVideo(path))) return null
    return { count: await countFrames(path, options.rate), frames: () => inSrgb(videoFrames(path, options), path) }
  }
  const metadata = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(() => null)
  const pages = metadata?.format === 'tiff' ? await fullPages(path) : [...Array(metadata?.pages ?? 1).keys()]
  if (pages.length < 2) return null
  const shown = options.rate > 0 && metadata?.delay ? sampled(metadata.delay, options.rate) : pages
  return { count: shown.length, frames: () => pagesOf(path, shown, metadata as Metadata, options) }
}

/** The frames of an animated PNG in sRGB; ffmpeg ignores how it states its colours. */
async function* inSrgb(frames: AsyncGenerator<Image>, path: string): AsyncGenerator<Image> {
  const isPng = /png$/i.test(path)
  const colors = isPng ? await colorsOfPng(path) : null
  for await (const frame of frames) {
    const { width, height, channels, data } = frame
    const shown = colors && (await toSrgb(data as Uint8Array, colors, { channels, most: 255 }))
    yield shown ? new Image({ width, height, channels, data: shown }) : frame
  }
}

/** Frames depend on earlier ones, so several are decoded together, up to this many pixels. */
const PIXELS_AT_ONCE = 8_000_000

/** @param pages in ascending order; a page may occur several times */
async function* pagesOf(
  path: string,
  pages: number[],
  { width, height, format }: Metadata,
  options: VideoOptions & DecodeOptions,
): AsyncGenerator<Image> {
  const pixels = width * height
  const isStrip = format !== 'tiff' && pixels <= (options.maxPixels ?? MAX_PIXELS)
  const most = isStrip ? Math.max(1, Math.floor(PIXELS_AT_ONCE / pixels)) : 1
  const { input, at } = format === 'gif' ? await withUncovered(path) : { input: path, at: (frame: number) => frame }
  let strip: { first: number; images: Image[] } = { first: 0, images: [] }
  for (const page of pages) {
    if (options.signal.aborted) return
    const last = pages.at(-1) as number
    if (!strip.images[page - strip.first]) {
      const count = Math.min(most, last - page + 1)
      strip = {
        first: page,
        images: isStrip
          ? await decodeStrip(
              input,
              Array.from({ length: count }, (_, i) => at(page + i)),
              page,
            )
          : [await decodeImage({ path }, { ...options, page })],
      }
    }
    yield strip.images[page - strip.first] as Image
  }
}

/**
 * @param frames their indexes, in ascending order
 * @param first the index of the first one in the given file
 */
async function decodeStrip(input: Uint8Array | string, frames: number[], first: number): Promise<Image[]> {
  const [page = 0] = frames
  const pages = (frames.at(-1) ?? page) - page + 1
  const { data, info } = await sharp(input, { limitInputPixels: false, failOn: 'error', page, pages })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => {
      throw unfinished(`frame ${first + 1} is damaged, or the file ends too early`)
    })
  const { width, channels } = info
  const height = info.height / pages
  const size = width * height * channels
  return frames.map((frame) => {
    counts.decoded++
    const from = (frame - page) * size
    const pixels = new Uint8Array(data.subarray(from, from + size))
    return new Image({ width, height, channels: channels as 3 | 4, data: pixels })
  })
}

/**
 * The frames that are visible when an animation is sampled at a rate.
 * @param delays the duration of each frame in ms
 */
function sampled(delays: number[], rate: number): number[] {
  const shown: number[] = []
  let ends = 0
  for (const [page, delay] of delays.entries()) {
    ends += delay
    while ((shown.length * 1000) / rate < ends) shown.push(page)
  }
  return shown
}

/** Whether it is an animated PNG or AVIF, which ffmpeg decodes. */
async function movesLikeVideo(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null)
  if (!file) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0)
    const start = buffer.subarray(0, bytesRead)
    return isAnimatedAvif(start) || (start.includes('acTL') && start.subarray(1, 4).toString('latin1') === 'PNG')
  } finally {
    await file.close()
  }
}
