import { hasFilter } from './ffmpeg'

/** What ffmpeg says about a video stream, in ffprobe's words. What isn't stated is missing, `unknown` or `reserved`. */
export interface VideoStream {
  pix_fmt?: string
  width?: number
  height?: number
  /** The colour matrix. */
  color_space?: string
  color_primaries?: string
  color_transfer?: string
  isInterlaced?: boolean
}

const isUnstated = (word: string | undefined) => word === undefined || /^(unknown|reserved|unspecified)$/.test(word)

/**
 * Whether it is HD video that doesn't declare its colour matrix. Players then assume BT.709, as mpv does above
 * these sizes.
 */
function hasUnstatedHdColors({ pix_fmt = '', width = 0, height = 0, color_space }: VideoStream): boolean {
  return isUnstated(color_space) && pix_fmt.startsWith('yuv') && (width >= 1280 || height > 576)
}

/**
 * The filters that make pictures of the decoded frames. They come first.
 * - ffmpeg would assume BT.601 for HD video that states nothing, which turns a green of 200 into 228.
 * - Interlaced frames show two moments, in alternate lines. In files, only the frames say reliably whether they are
 *   interlaced, and the filter passes others on. It waits for the next frame, so a camera's must say so beforehand.
 * @param from `picture`: such as an animated AVIF, whose unstated colours are BT.601 at any size
 */
export function framesFilters(stream: VideoStream, from: 'file' | 'picture' | 'camera'): string[] {
  const { pix_fmt = '', width = 0, height = 0, isInterlaced } = stream
  const hasFields = from === 'file' ? pix_fmt.startsWith('yuv') : isInterlaced
  return [
    ...(hasUnstatedHdColors(stream) && from !== 'picture' ? ['setparams=colorspace=bt709'] : []),
    ...(hasFields && Math.min(width, height) > 3 ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
  ]
}

/** A conversion to the colours of an ordinary screen. */
export interface ColorsConversion {
  filters: string[]
  /** What it converts, such as `HDR (PQ)`. */
  kind: string
  /** Whether this ffmpeg has the filters. */
  isPossible: boolean
}

const HDR: Record<string, string> = { smpte2084: 'HDR (PQ)', 'arib-std-b67': 'HDR (HLG)' }
/** Primaries further from those of an ordinary screen than anyone would overlook, and the usual matrix with each. */
const WIDE: Record<string, [kind: string, matrix: string]> = {
  bt2020: ['wide-gamut video (BT.2020)', '2020_ncl'],
  smpte431: ['wide-gamut video (DCI-P3)', '709'],
  smpte432: ['wide-gamut video (Display P3)', '709'],
}

/**
 * How colours that an ordinary screen doesn't have are converted. Without it, HDR would look pale, and other video too
 * grey. Null if it isn't needed.
 */
export async function colorsConversion(stream: VideoStream): Promise<ColorsConversion | null> {
  const { color_transfer = '', color_primaries = '', color_space } = stream
  const hdr = HDR[color_transfer]
  const wide = WIDE[color_primaries]
  const isRgb = /^(rgb|bgr|gbr|argb|abgr)/.test(stream.pix_fmt ?? '')
  if (hdr)
    return {
      kind: hdr,
      isPossible: (await hasFilter('zscale')) && (await hasFilter('tonemap')),
      filters: [
        'zscale=t=linear:npl=100',
        'format=gbrpf32le',
        'zscale=p=bt709',
        'tonemap=hable:desat=0',
        'zscale=t=bt709:m=bt709:r=tv',
        'format=yuv444p',
      ],
    }
  if (!wide) return null
  const [kind, matrix] = wide
  const given = [
    ...(isUnstated(color_transfer || undefined) ? ['tin=709'] : []),
    ...(isUnstated(color_space) && !isRgb ? [`min=${matrix}`] : []),
  ]
  return {
    kind,
    isPossible: await hasFilter('zscale'),
    filters: [`zscale=${[...given, 'p=709', 't=709', ...(isRgb ? [] : ['m=709'])].join(':')}`],
  }
}

/** The names of colour matrices, which aren't the only thing that ffmpeg puts into those parentheses. */
const MATRIX = /^(rgb|gbr|bt|fcc|smpte|ycgco|chroma|ictcp|ipt|unknown)/

/**
 * Reads a line that ffmpeg prints about an input's video, such as "Stream #0:0: Video: h264 (Main), yuv420p(tv,
 * bt709/unknown/unknown, progressive), 1280x720, 25 fps". Null for other lines.
 */
export function readStreamLine(line: string): VideoStream | null {
  const found = /Stream #.*: Video: .*, (\w+)(?:\((.*?)\))?, (\d+)x(\d+)/.exec(line)
  if (!found) return null
  const [, pix_fmt = '', words = '', width, height] = found
  const stated = words.split(', ').find((word) => MATRIX.test(word))
  const [color_space = 'unknown', color_primaries = color_space, color_transfer = color_space] =
    stated?.split('/') ?? []
  const isInterlaced = /\b(top|bottom) (coded )?first\b/.test(words)
  const colors = { color_space, color_primaries, color_transfer }
  return { pix_fmt, width: Number(width), height: Number(height), ...colors, isInterlaced }
}
