import { execFile } from 'node:child_process'
import { childEnvironment } from '../apart/environment'
import { Image, ValueError } from '../types'
import { ffmpegOutput } from './ffmpeg'
import { requireFile } from './regular-file'
import { colorsConversion, framesFilters, type VideoStream } from './video-stream'

/**
 * Formats that contain the video themselves. Playlists are excluded, because they could refer to files
 * outside the allowed folder.
 */
const CONTAINERS = 'mov,matroska,avi,mpeg,mpegvideo,mpegts,ogg,asf,flv,mxf,apng'

/** The first video that isn't a cover, which may come before it. */
const STREAM = 'V:0'

export interface VideoOptions {
  /** Frames per second; 0 for all frames. */
  rate: number
  signal: AbortSignal
  /** Called once with a sentence about conversions of the colours. */
  notice?(sentence: string): void
  /** For an animated PNG, which ffmpeg recognizes only if no long chunk is before its frames. */
  container?: 'apng'
}

/**
 * Decodes a video frame by frame, with 8 bits per channel: RGB, or RGBA if the video has transparency.
 *
 * @param path the path of a video or an animated PNG
 * @throws ValueError if ffmpeg is missing, the file isn't a video, or no frame can be decoded
 */
export async function* videoFrames(
  path: string,
  { rate, signal, notice, container }: VideoOptions,
): AsyncGenerator<Image> {
  await requireFile(path)
  const what = `the video ${path}`
  const { streams, format } = (await probe(path, container)) ?? {}
  if (streams?.length === 0) throw new ValueError(`${what} contains no pictures: it is damaged, or contains only sound`)
  const stream = streams?.[0]
  const hasAlpha = isTransparent(stream)
  const filters = [
    ...framesFilters(stream ?? {}, isPicture(format) ? 'picture' : 'file'),
    ...(rate > 0 ? [`fps=${rate}`] : []),
    ...(await colorsFilters(stream ?? {}, what, notice)),
    ...(hasOddPixels(stream) ? [SQUARE] : []),
  ]
  const output = ffmpegOutput(
    [
      ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS],
      ...(stream?.tags?.alpha_mode === '1' ? ['-c:v', stream.codec_name === 'vp8' ? 'libvpx' : 'libvpx-vp9'] : []),
      ...(container ? ['-f', container] : []),
      ...['-i', `file:${path}`, '-map', `0:${STREAM}`, '-an', '-sn'],
      ...(filters.length > 0 ? ['-vf', filters.join(',')] : []),
      ...['-fps_mode', rate > 0 ? 'auto' : 'passthrough', '-f', 'image2pipe'],
      ...['-c:v', 'pam', '-pix_fmt', hasAlpha ? 'rgba' : 'rgb24', '-'],
    ],
    what,
    signal,
  )
  let count = 0
  for await (const frame of readPixmaps(output)) {
    count++
    yield frame
  }
  if (count > 0 || signal.aborted) return
  throw new ValueError(`${what} contains no picture${rate > 0 ? ` at ${rate} frames per second` : ''}, or is damaged`)
}

/** The approximate number of frames in a video; null if it is unknown. */
export async function countFrames(path: string, rate: number): Promise<number | null> {
  const { streams = [], format = {} } = (await probe(path)) ?? {}
  const exact = Number(streams[0]?.nb_frames)
  if (!rate && exact > 0) return exact
  const [count = 0, seconds = 1] = (streams[0]?.r_frame_rate ?? '').split('/').map(Number)
  const estimate = Math.round(Number(format.duration) * (rate || count / seconds))
  return estimate > 0 ? estimate : null
}

interface Stream extends VideoStream {
  codec_name?: string
  sample_aspect_ratio?: string
  nb_frames?: string
  r_frame_rate?: string
  tags?: { alpha_mode?: string }
}

interface Probe {
  streams?: Stream[]
  format?: { duration?: string; tags?: { major_brand?: string } }
}

/** ffprobe's information about the video stream of a file; null if there is none. */
async function probe(path: string, container?: string): Promise<Probe | null> {
  if (!(await requireFile(path).catch(() => null))) return null
  const args = ['-v', 'error', '-format_whitelist', CONTAINERS, '-select_streams', STREAM]
  const entries =
    'stream=codec_name,pix_fmt,width,height,color_space,color_primaries,color_transfer,sample_aspect_ratio,nb_frames,r_frame_rate:stream_tags=alpha_mode:format=duration:format_tags=major_brand'
  return new Promise((resolve) => {
    execFile(
      'ffprobe',
      [...args, ...(container ? ['-f', container] : []), '-show_entries', entries, '-of', 'json', `file:${path}`],
      { timeout: 10_000, env: childEnvironment('program') },
      (error, output) => resolve(error ? null : (JSON.parse(output) as Probe)),
    )
  })
}

function isTransparent(stream: Stream | undefined): boolean {
  return stream?.tags?.alpha_mode === '1' || /^(yuva|rgba|bgra|argb|abgr|gbrap|ya\d)/.test(stream?.pix_fmt ?? '')
}

/** Whether it is an animated AVIF. */
function isPicture(format: Probe['format']): boolean {
  return format?.tags?.major_brand?.startsWith('avi') ?? false
}

/** Scales to square pixels without reducing either side. */
const SQUARE = 'scale=round(iw*max(sar\\,1)):round(ih/min(sar\\,1)),setsar=1'

/** Whether its pixels aren't square, as on tapes, discs and some camcorders, so that players stretch it. */
function hasOddPixels(stream: Stream | undefined): boolean {
  const [wide = 0, high = 0] = (stream?.sample_aspect_ratio ?? '').split(':').map(Number)
  return wide > 0 && high > 0 && wide !== high
}

/** The filters that convert HDR and wide-gamut video for ordinary screens. */
async function colorsFilters(stream: VideoStream, what: string, notice: VideoOptions['notice']): Promise<string[]> {
  const conversion = await colorsConversion(stream)
  if (!conversion) return []
  const { kind, isPossible, filters } = conversion
  notice?.(
    isPossible
      ? `${what} is ${kind}: its colours were converted to those of an ordinary screen`
      : `${what} is ${kind}, which this ffmpeg cannot convert (it lacks the filter zscale), so its colours are pale: export the video as SDR`,
  )
  return isPossible ? filters : []
}

interface Header {
  width: number
  height: number
  channels: 3 | 4
  start: number
  end: number
}

/** Splits a stream of PAM pictures, each of which states its own size. */
export async function* readPixmaps(stream: AsyncIterable<Buffer>): AsyncGenerator<Image> {
  let parts: Buffer[] = []
  let held = 0
  let header: Header | null = null
  for await (const part of stream) {
    parts.push(part)
    held += part.length
    for (;;) {
      if (header && held < header.end) break
      const bytes: Buffer = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
      header ??= readHeader(bytes)
      parts = [bytes]
      if (!header || held < header.end) break
      const { width, height, channels, start, end } = header
      yield new Image({ width, height, channels, data: new Uint8Array(bytes.subarray(start, end)) })
      parts = [bytes.subarray(end)]
      held -= end
      header = null
    }
  }
}

function readHeader(bytes: Buffer): Header | null {
  const text = bytes.subarray(0, 200).toString('latin1')
  const found = /^P7\nWIDTH (\d+)\nHEIGHT (\d+)\nDEPTH ([34])\nMAXVAL 255\n(?:TUPLTYPE \w+\n)?ENDHDR\n/.exec(text)
  if (!found) return null
  const [width, height, channels] = [Number(found[1]), Number(found[2]), Number(found[3]) as 3 | 4]
  const start = found[0].length
  return { width, height, channels, start, end: start + width * height * channels }
}
