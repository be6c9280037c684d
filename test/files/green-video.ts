import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import type { Image } from '../../src/types'

const GREEN = [30, 200, 30] as const
/** The weights of red and blue in luma, according to the ITU-R. */
const WEIGHTS = { bt709: [0.2126, 0.0722], smpte170m: [0.299, 0.114], bt2020nc: [0.2627, 0.0593] } as const
/** What turns BT.709's linear red, green and blue into those of other primaries. */
const PRIMARIES = {
  bt2020: [
    [0.6274, 0.3293, 0.0433],
    [0.0691, 0.9195, 0.0114],
    [0.0164, 0.088, 0.8956],
  ],
  smpte432: [
    [0.8225, 0.1775, 0],
    [0.0332, 0.9668, 0],
    [0.0171, 0.0724, 0.9105],
  ],
} as const
/** Of an ordinary screen. */
const GAMMA = 2.4

interface Coded {
  /** How its colours are encoded. */
  matrix: keyof typeof WEIGHTS
  width: number
  height: number
  /** Whether the video states the encoding. */
  isStated: boolean
  /** Default: those of BT.709, as far as anyone sees. */
  primaries?: keyof typeof PRIMARIES
}

/** Encodings for which players show the same green. */
export const GREENS: [what: string, coded: Coded][] = [
  ['states BT.709', { matrix: 'bt709', width: 64, height: 48, isStated: true }],
  ['states BT.601', { matrix: 'smpte170m', width: 1280, height: 720, isStated: true }],
  ['is HD and states nothing', { matrix: 'bt709', width: 1280, height: 720, isStated: false }],
  ['is upright HD and states nothing', { matrix: 'bt709', width: 720, height: 1280, isStated: false }],
  ['has BT.2020’s primaries', { matrix: 'bt2020nc', width: 64, height: 48, isStated: true, primaries: 'bt2020' }],
  ['has Display P3’s', { matrix: 'bt709', width: 64, height: 48, isStated: true, primaries: 'smpte432' }],
  ['is small and states nothing', { matrix: 'smpte170m', width: 640, height: 480, isStated: false }],
]

/** Writes a green video. Its luma and chroma are computed here, not by ffmpeg. */
export function paintGreen(path: string, { matrix, width, height, isStated, primaries }: Coded): void {
  const [kr, kb] = WEIGHTS[matrix]
  const [red, green, blue] = primaries ? inPrimaries(primaries) : GREEN
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
  const stated = [
    ...['-colorspace', matrix, '-color_primaries', primaries ?? matrix],
    ...['-color_trc', primaries ? 'bt709' : matrix],
  ]
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, '-c:v', 'libx264', ...(isStated ? stated : []), path], {
    input: Buffer.concat(planes),
  })
}

function inPrimaries(primaries: keyof typeof PRIMARIES): [number, number, number] {
  const linear = GREEN.map((value) => (value / 255) ** GAMMA)
  const sums = PRIMARIES[primaries].map((row) =>
    row.reduce((sum: number, weight, i) => sum + weight * (linear[i] as number), 0),
  )
  return sums.map((sum) => 255 * sum ** (1 / GAMMA)) as [number, number, number]
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
