import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import type { Image } from '../../src/types'

const GREEN = [30, 200, 30] as const
/** The weights of red and blue in luma, according to the ITU-R. */
const WEIGHTS = { bt709: [0.2126, 0.0722], smpte170m: [0.299, 0.114] } as const

interface Coded {
  /** How its colours are encoded. */
  matrix: keyof typeof WEIGHTS
  width: number
  height: number
  /** Whether the video states the encoding. */
  isStated: boolean
}

/** Encodings for which players show the same green. */
export const GREENS: [what: string, coded: Coded][] = [
  ['states BT.709', { matrix: 'bt709', width: 64, height: 48, isStated: true }],
  ['states BT.601', { matrix: 'smpte170m', width: 1280, height: 720, isStated: true }],
  ['is HD and states nothing', { matrix: 'bt709', width: 1280, height: 720, isStated: false }],
  ['is upright HD and states nothing', { matrix: 'bt709', width: 720, height: 1280, isStated: false }],
  ['is small and states nothing', { matrix: 'smpte170m', width: 640, height: 480, isStated: false }],
]

/** Writes a green video. Its luma and chroma are computed here, not by ffmpeg. */
export function paintGreen(path: string, { matrix, width, height, isStated }: Coded): void {
  const [kr, kb] = WEIGHTS[matrix]
  const [red, green, blue] = GREEN
  const luma = kr * red + (1 - kr - kb) * green + kb * blue
  const chroma = (value: number, weight: number) => 128 + ((224 / 255) * (value - luma)) / (2 * (1 - weight))
  const [y, u, v] = [16 + (219 / 255) * luma, chroma(blue, kb), chroma(red, kr)].map(Math.round)
  const pixels = width * height
  const planes = [
    [y, pixels],
    [u, pixels / 4],
    [v, pixels / 4],
  ].map(([value, length]) => Buffer.alloc(length as number, value as number))
  const input = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${width}x${height}`, '-i', '-']
  const stated = ['-colorspace', matrix, '-color_primaries', matrix, '-color_trc', matrix]
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, '-c:v', 'libx264', ...(isStated ? stated : []), path], {
    input: Buffer.concat(planes),
  })
}

/** Checks that the middle of a picture is that green. */
export function assertGreen(image: Image | undefined): void {
  assert.ok(image)
  const { width, height, channels, data } = image
  const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels
  const color = [...data.subarray(middle, middle + 3)]
  assert.ok(
    GREEN.every((value, i) => Math.abs(value - (color[i] as number)) <= 3),
    `${color}`,
  )
}
