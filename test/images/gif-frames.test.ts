import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage, framesOf } from '../../src/images'
import type { Image } from '../../src/types'
import { temporaryFolder } from '../nodes/pictures'

const [KEPT, ERASED, UNDONE] = [1, 2, 3]

interface Frame {
  left: number
  top: number
  width: number
  height: number
  disposal: number
  /** The index of the transparent colour; none by default. */
  transparent?: number
  /** Shifts the colours, so that each frame has others. */
  shift: number
}

const indexAt = ({ width }: Frame, x: number, y: number) => (y * width + x) % 256
const colorOf = (index: number, shift: number) => [(index + shift) % 256, (index * 3) % 256, shift]

/** A GIF whose frames use all 256 colours, or as many as they have pixels. */
function gif(width: number, height: number, frames: Frame[]): Buffer {
  const number = (value: number) => [value & 255, value >> 8]
  const bytes = [...Buffer.from('GIF89a'), ...number(width), ...number(height), 0x70, 0, 0]
  for (const frame of frames) {
    const isTransparent = frame.transparent !== undefined ? 1 : 0
    bytes.push(0x21, 0xf9, 4, (frame.disposal << 2) | isTransparent, 10, 0, frame.transparent ?? 0, 0)
    bytes.push(0x2c, ...[frame.left, frame.top, frame.width, frame.height].flatMap(number), 0x87)
    for (let index = 0; index < 256; index++) bytes.push(...colorOf(index, frame.shift))
    bytes.push(8, ...compressed(frame), 0)
  }
  return Buffer.from([...bytes, 0x3b])
}

/** Nine bits for each pixel, and a clear code often enough that there are never ten. */
function compressed(frame: Frame): number[] {
  const bytes: number[] = []
  let [held, count] = [0, 0]
  const put = (code: number) => {
    held |= code << count
    for (count += 9; count >= 8; count -= 8, held >>= 8) bytes.push(held & 255)
  }
  for (let i = 0; i < frame.width * frame.height; i++) {
    if (i % 200 === 0) put(256)
    put(indexAt(frame, i % frame.width, Math.floor(i / frame.width)))
  }
  put(257)
  bytes.push(held & 255)
  const blocks: number[] = []
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255)
    blocks.push(block.length, ...block)
  }
  return blocks
}

/** What browsers show, frame by frame, as RGBA: a pixel that nothing covers is transparent. */
function shown(width: number, height: number, frames: Frame[]): number[][] {
  let canvas = new Array(width * height * 4).fill(0)
  return frames.map((frame) => {
    const before = [...canvas]
    const erased = [...canvas]
    for (let y = 0; y < frame.height; y++)
      for (let x = 0; x < frame.width; x++) {
        const index = indexAt(frame, x, y)
        const at = 4 * ((frame.top + y) * width + frame.left + x)
        erased.splice(at, 4, 0, 0, 0, 0)
        if (index !== frame.transparent) canvas.splice(at, 4, ...colorOf(index, frame.shift), 255)
      }
    const now = canvas
    if (frame.disposal === ERASED) canvas = erased
    if (frame.disposal === UNDONE) canvas = before
    else canvas = [...canvas]
    return now
  })
}

function rgba({ channels, data, width, height }: Image): number[] {
  return Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 < channels ? (data[Math.floor(i / 4) * channels + (i % 4)] as number) : 255,
  )
}

describe('the frames of a GIF with 256 colours', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())
  const [width, height] = [24, 18]

  async function check(name: string, frames: Frame[]): Promise<void> {
    const path = join(folder.path, name)
    writeFileSync(path, gif(width, height, frames))
    const expected = shown(width, height, frames)
    const found = await framesOf(path, { rate: 0, signal: new AbortController().signal })
    assert.equal(found?.count, frames.length)
    let index = 0
    for await (const image of found?.frames() ?? []) {
      assert.deepEqual(rgba(image), expected[index], `${index}: ${JSON.stringify(frames)}`)
      assert.deepEqual(rgba(await decodeImage({ path }, { page: index })), expected[index], `${index} alone`)
      index++
    }
    assert.equal(index, frames.length)
  }

  const whole = { left: 0, top: 0, width, height, shift: 7 }
  const part = { left: 3, top: 2, width: 9, height: 8, shift: 99 }
  for (const [what, first] of Object.entries({
    erased: { disposal: ERASED },
    'erased, with a transparent colour': { disposal: ERASED, transparent: 5 },
    undone: { disposal: UNDONE },
    'undone, with a transparent colour': { disposal: UNDONE, transparent: 5 },
    kept: { disposal: KEPT },
  }))
    it(`are as in a browser if the first is ${what}`, async () => {
      await check('first.gif', [
        { ...whole, ...first },
        { ...part, disposal: KEPT },
        { ...part, left: 11, disposal: KEPT },
      ])
      await check('part.gif', [
        { ...part, ...first },
        { ...part, left: 10, top: 9, disposal: ERASED },
        { ...part, left: 6, disposal: KEPT },
      ])
    })

  it('are as in a browser in any order', async () => {
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    for (let i = 0; i < 40; i++)
      await check(
        'random.gif',
        Array.from({ length: 2 + random(4) }, () => {
          const size = { width: 3 + random(width - 3), height: 3 + random(height - 3) }
          const place = { left: random(width - size.width + 1), top: random(height - size.height + 1) }
          const looks = { disposal: random(4), shift: random(256), ...(random(3) === 0 && { transparent: random(20) }) }
          return { ...size, ...place, ...looks }
        }),
      )
  })

  it('are as in a browser if a very large one is erased', async () => {
    // The empty frame in its place has more codes than fit into one table.
    const side = 3000
    const large = { left: 0, top: 0, width: side, height: side, disposal: ERASED, shift: 1 }
    const path = join(folder.path, 'large.gif')
    const small = { ...part, disposal: KEPT }
    const head = gif(side, side, [{ ...large, width: 1, height: 1 }, small])
    // Its first frame becomes as large as the canvas; what its data doesn't fill stays empty.
    const at = head.indexOf(0x2c)
    head.writeUInt16LE(side, at + 5)
    head.writeUInt16LE(side, at + 7)
    writeFileSync(path, head)
    const found = await framesOf(path, { rate: 0, signal: new AbortController().signal })
    const corners: number[] = []
    for await (const { data, channels } of found?.frames() ?? [])
      corners.push(channels === 4 ? (data[3] as number) : 255)
    assert.equal(corners[1], 0)
  })
})
