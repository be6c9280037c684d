/** What ffmpeg says about a video stream, in ffprobe's words. */
export interface StreamColors {
  pix_fmt?: string
  width?: number
  height?: number
  color_space?: string
}

/** The filter for video whose colours are unstated HD: ffmpeg would assume BT.601, which turns a green of 200 into 228. */
export const AS_HD = 'setparams=colorspace=bt709'

/**
 * Whether it is HD video that doesn't declare its colour matrix. Players then assume BT.709, as mpv does above
 * these sizes.
 */
export function hasUnstatedHdColors({ pix_fmt = '', width = 0, height = 0, color_space }: StreamColors = {}): boolean {
  const isUnstated = color_space === undefined || /^(unknown|reserved)$/.test(color_space)
  return isUnstated && pix_fmt.startsWith('yuv') && (width >= 1280 || height > 576)
}

/** The names of colour matrices, which aren't the only thing that ffmpeg puts into those parentheses. */
const MATRIX = /^(rgb|gbr|bt|fcc|smpte|ycgco|chroma|ictcp|ipt)/

/**
 * Reads a line that ffmpeg prints about an input's video, such as "Stream #0:0: Video: h264 (Main), yuv420p(tv,
 * bt709/unknown/unknown, progressive), 1280x720, 25 fps". Null for other lines.
 */
export function readStreamLine(line: string): StreamColors | null {
  const found = /Stream #.*: Video: .*, (\w+)(?:\((.*?)\))?, (\d+)x(\d+)/.exec(line)
  if (!found) return null
  const [, pix_fmt = '', words = '', width, height] = found
  const color_space = words.split(', ').find((word) => MATRIX.test(word))
  return { pix_fmt, width: Number(width), height: Number(height), ...(color_space && { color_space }) }
}
