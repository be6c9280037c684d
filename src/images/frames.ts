import { open } from 'node:fs/promises'
import { countFrames, type VideoOptions, videoFrames } from '../files'
import { Image } from '../types'
import { counts } from './counts'
import { type DecodeOptions, decodeImage, MAX_PIXELS } from './decode'
import { colorsOfPng } from './png-colors'
import { headOfPng } from './png-head'
import { type Metadata, sharp } from './sharp'
import { beginsLikePng, isAnimatedAvif, mayHavePages, SIGNATURE } from './signature'
import { toSrgb } from './stated-colors'
import { fullPages } from './tiff-pages'
import { withUncovered } from './uncovered-gif'
import { unfinished } from './unfinished'

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
  const start = await startOf(path)
  if (isAnimatedAvif(start))
    return { count: await countFrames(path, options.rate), frames: () => videoFrames(path, options) }
  if (beginsLikePng(start)) return framesOfPng(path, options)
  if (!mayHavePages(start)) return null
  const metadata = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(() => null)
  const pages = metadata?.format === 'tiff' ? await fullPages(path) : [...Array(metadata?.pages ?? 1).keys()]
  if (pages.length < 2) return null
  const shown = options.rate > 0 && metadata?.delay ? sampled(metadata.delay, options.rate) : pages
  return { count: shown.length, frames: () => pagesOf(path, shown, metadata as Metadata, options) }
}

async function framesOfPng(path: string, options: VideoOptions): Promise<Frames | null> {
  const animation = (await headOfPng(path, 4)).get('acTL')
  if (animation?.length !== 4) return null
  return {
    count: options.rate > 0 ? null : animation.readUInt32BE(0),
    frames: () => inSrgb(videoFrames(path, { ...options, container: 'apng' }), path),
  }
}

/** The frames of an animated PNG in sRGB; ffmpeg ignores how it states its colours. */
async function* inSrgb(frames: AsyncGenerator<Image>, path: string): AsyncGenerator<Image> {
  const colors = await colorsOfPng(path)
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

/** The first bytes of a file; none if it can't be read. */
async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path).catch(() => null)
  if (!file) return new Uint8Array()
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE), 0, SIGNATURE, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
