import {
  colorsConversion,
  ffmpegOutput,
  framesFilters,
  readPixmaps,
  readStreamLine,
  type VideoStream,
} from '../../src/files'
import { MAX_PIXELS } from '../../src/images'
import { type Image, ValueError } from '../../src/types'
import type { NetworkCamera } from './address'

/** Options for a camera's frames. */
export interface FrameOptions {
  /** In pixels. Larger pictures are scaled down to fit, keeping their proportions. */
  width: number
  height: number
  /** Maximum per second; 0: all. */
  rate: number
  /** Milliseconds without a picture after which the camera is given up. */
  patience?: number
}

const PATIENCE_MS = 10_000
/** Thrown if a camera is coded differently at each connection. */
const CHANGES = 'changes its coding'
/**
 * The protocols that ffmpeg may use. A camera cannot redirect it to files of this computer or to playlists.
 */
const PROTOCOLS = 'pipe,rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,httpproxy'
const FORMATS = 'concat,rtsp,sdp,rtp,mpjpeg,mjpeg,jpeg_pipe,png_pipe,mpegts,flv,h264,hevc'

/**
 * The frames of a network camera as they arrive, until the stream ends.
 * @throws ValueError that contains no part of the address but the host
 */
export async function* networkFrames(
  camera: NetworkCamera,
  options: FrameOptions,
  signal: AbortSignal,
): AsyncGenerator<Image> {
  if (signal.aborted) return
  const { patience = PATIENCE_MS } = options
  const stop = new AbortController()
  const end = () => stop.abort()
  signal.addEventListener('abort', end, { once: true })
  let isSilent = false
  const watchdog = setTimeout(() => {
    isSilent = true
    end()
  }, patience)
  try {
    for await (const image of framesOf(camera, options, stop.signal)) {
      watchdog.refresh()
      yield image
    }
  } catch (error) {
    if (isSilent) {
      const seconds = patience / 1000
      throw new ValueError(`${camera.shown} has sent no picture for ${seconds} s: check the camera and its network`)
    }
    throw new ValueError(explain((error as Error).message, camera.shown))
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener('abort', end)
  }
}

/** The addresses of cameras whose pictures need conversions, and the filters for those. */
const converted = new Map<string, string>()
/** How often ffmpeg connects to find a camera coded as it was the time before. */
const CONNECTIONS = 3

/**
 * ffmpeg reports how a camera's pictures are coded only once it is connected, and a camera may allow only one
 * connection. So if the coding isn't as assumed, ffmpeg connects again.
 */
async function* framesOf(camera: NetworkCamera, options: FrameOptions, signal: AbortSignal): AsyncGenerator<Image> {
  for (let i = 0; i < CONNECTIONS; i++) if (yield* framesAsBefore(camera, options, signal)) return
  throw new Error(CHANGES)
}

/** @returns false, before any picture, if the camera isn't coded as it was the time before */
async function* framesAsBefore(
  camera: NetworkCamera,
  options: FrameOptions,
  signal: AbortSignal,
): AsyncGenerator<Image, boolean> {
  const assumed = converted.get(camera.url) ?? ''
  let hear = (_line: string) => {}
  const found = new Promise<string>((resolve) => {
    hear = (line) => {
      const stream = readStreamLine(line)
      if (stream || line.includes('Output #0')) resolve(stream ? conversions(stream) : '')
    }
  })
  const args = argumentsFor(options, assumed)
  let isFirst = true
  for await (const image of readPixmaps(ffmpegOutput(args, camera.shown, signal, { input: listOf(camera), hear }))) {
    // What ffmpeg prints about the stream before its first picture.
    const needed = isFirst ? await found : assumed
    if (needed !== assumed) {
      converted.set(camera.url, needed)
      return false
    }
    isFirst = false
    yield image
  }
  return true
}

async function conversions(stream: VideoStream): Promise<string> {
  const colors = await colorsConversion(stream)
  return [...framesFilters(stream, 'camera'), ...(colors?.isPossible ? colors.filters : [])].join(',')
}

/**
 * The address is passed to ffmpeg as a playlist on its standard input, because any user of this computer
 * could read its arguments.
 */
function listOf({ url }: NetworkCamera): string {
  const options = url.startsWith('rtsp')
    ? ['rtsp_flags prefer_tcp', `timeout ${PATIENCE_MS * 1000}`]
    : [`rw_timeout ${PATIENCE_MS * 1000}`]
  // Some cameras send no timestamps, others wrong ones, so the time of arrival is used.
  const lines = ['use_wallclock_as_timestamps 1', 'analyzeduration 500000', ...options]
  return [
    'ffconcat version 1.0',
    `file '${url.replaceAll("'", '%27')}'`,
    ...lines.map((line) => `option ${line}`),
    '',
  ].join('\n')
}

function argumentsFor({ width, height, rate }: FrameOptions, conversions: string): string[] {
  const filters = [
    ...(conversions ? [conversions] : []),
    // Not `fps`, which would fill gaps with copies.
    ...(rate > 0 ? [`select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${0.9 / rate})`] : []),
    // Square pixels first.
    'scale=round(iw*if(gt(sar\\,1)\\,sar\\,1)):round(ih/if(between(sar\\,0.01\\,1)\\,sar\\,1)),setsar=1',
    `scale=min(iw\\,${width}):min(ih\\,${height}):force_original_aspect_ratio=decrease`,
  ]
  return [
    ...['-protocol_whitelist', PROTOCOLS, '-format_whitelist', FORMATS, '-thread_type', 'slice'],
    ...['-max_pixels', String(MAX_PIXELS)],
    ...['-f', 'concat', '-safe', '0', '-i', 'pipe:0', '-map', '0:V:0', '-an', '-sn'],
    ...['-vf', filters.join(','), '-fps_mode', 'passthrough', '-flush_packets', '1', '-f', 'image2pipe'],
    ...['-c:v', 'pam', '-pix_fmt', 'rgb24', '-'],
  ]
}

/** @param said ffmpeg's last line of output @param camera the camera's name in sentences */
function explain(said: string, camera: string): string {
  if (said === CHANGES)
    return `${camera} codes its colours differently at each connection, so they would be wrong: choose one kind of video in the camera's own settings`
  const needed = said.indexOf('need ffmpeg, which is not installed')
  if (needed >= 0) return `cameras on the network ${said.slice(needed)}`
  if (/\b40[13]\b|unauthori[sz]ed|forbidden/i.test(said))
    return `${camera} rejected the user name or the password: check both in the node`
  if (/\b404\b|not found/i.test(said))
    return `${camera} has nothing at this address: look the address up in the camera's manual`
  if (/refused|timed out|unreachable|no route|resolve|not known|reset|input\/output/i.test(said))
    return `${camera} can't be reached: check that it is switched on and on this network`
  if (
    /ffmpeg cannot read|invalid (data|argument)|codec|streams?\b|not permitted|decod|marking filters|unknown/i.test(
      said,
    )
  )
    return `${camera} sends nothing that ffmpeg can read as pictures: check the address`
  const reason = said.replace(/^.*?cannot be processed: /, '').replace(/\S*:\/\/\S*/g, '…')
  return `${camera} doesn't send a picture (${reason.slice(0, 200)})`
}
