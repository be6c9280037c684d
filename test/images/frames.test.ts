import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { framesOf } from '../../src/images'
import { temporaryFolder } from '../nodes/pictures'

interface Kind {
  isLittle: boolean
  isBig: boolean
}

/**
 * A TIFF whose pages are 2×1 grey pixels of 10, 20, … with a type each: 0 is a full picture, 1 a smaller
 * copy, 4 a mask.
 */
function tiff(types: number[], { isLittle, isBig }: Kind): Buffer {
  const [countSize, entrySize, offsetSize, headSize] = isBig ? [8, 20, 8, 16] : [2, 12, 4, 8]
  const tags = (type: number, at: number) =>
    [
      [254, 4, type],
      [256, 3, 2],
      [257, 3, 1],
      [258, 3, 8],
      [259, 3, 1],
      [262, 3, 1],
      [273, 4, at],
      [277, 3, 1],
      [278, 3, 1],
      [279, 4, 2],
    ] as const
  const sizes = types.map((type) => countSize + tags(type, 0).length * entrySize + offsetSize + 2)
  const bytes = Buffer.alloc(headSize + sizes.reduce((sum, size) => sum + size, 0))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const offset = (at: number, value: number) =>
    isBig ? view.setBigUint64(at, BigInt(value), isLittle) : view.setUint32(at, value, isLittle)
  bytes.write(isLittle ? 'II' : 'MM', 'latin1')
  view.setUint16(2, isBig ? 43 : 42, isLittle)
  if (isBig) view.setUint16(4, 8, isLittle)
  offset(isBig ? 8 : 4, headSize)
  let at = headSize
  for (const [page, type] of types.entries()) {
    const end = at + (sizes[page] as number)
    const entries = tags(type, end - 2)
    if (isBig) offset(at, entries.length)
    else view.setUint16(at, entries.length, isLittle)
    for (const [i, [tag, kind, value]] of entries.entries()) {
      const entry = at + countSize + i * entrySize
      view.setUint16(entry, tag, isLittle)
      view.setUint16(entry + 2, kind, isLittle)
      offset(entry + 4, 1)
      const valueAt = entry + 4 + offsetSize
      if (kind === 3) view.setUint16(valueAt, value, isLittle)
      else view.setUint32(valueAt, value, isLittle)
    }
    offset(end - 2 - offsetSize, page + 1 < types.length ? end : 0)
    bytes.fill(10 * (page + 1), end - 2, end)
    at = end
  }
  return bytes
}

const options = { rate: 0, signal: new AbortController().signal }

describe('frames of pictures', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  /** The first value of each frame; null for a still image. */
  async function firstNumbers(name: string, bytes: Uint8Array): Promise<number[] | null> {
    const path = join(folder.path, name)
    writeFileSync(path, bytes)
    const found = await framesOf(path, options)
    if (!found) return null
    const numbers: number[] = []
    for await (const { data } of found.frames()) numbers.push(data[0] as number)
    assert.equal(found.count, numbers.length)
    return numbers
  }

  const kinds = {
    'little-endian': { isLittle: true, isBig: false },
    'big-endian': { isLittle: false, isBig: false },
    BigTIFF: { isLittle: true, isBig: true },
  }
  for (const [name, kind] of Object.entries(kinds)) {
    it(`are the whole pages of a TIFF, not thumbnails or masks of them: ${name}`, async () => {
      assert.deepEqual(await firstNumbers('pages.tif', tiff([0, 0, 0], kind)), [10, 20, 30])
      assert.deepEqual(await firstNumbers('mixed.tif', tiff([0, 1, 2, 4, 5, 0], kind)), [10, 30, 60])
      assert.equal(await firstNumbers('still.tif', tiff([0, 1], kind)), null)
      assert.equal(await firstNumbers('one.tif', tiff([0], kind)), null)
    })
  }

  it('end where a TIFF refers back to an earlier page; a reference beyond its end means damage', async () => {
    const bytes = tiff([0, 0], kinds['little-endian'])
    bytes.writeUInt32LE(8, bytes.length - 6)
    assert.deepEqual(await firstNumbers('loop.tif', bytes), [10, 20])
    bytes.writeUInt32LE(1e9, bytes.length - 6)
    await assert.rejects(firstNumbers('beyond.tif', bytes), { message: 'the TIFF is damaged or ends too early' })
  })

  it('are decoded in batches, not each from the start: a GIF of a thousand', async () => {
    const [width, height, count] = [64, 64, 1000]
    const data = Buffer.alloc(width * height * count * 3, 9)
    for (let i = 0; i < count; i++)
      data.fill(i % 2 ? 250 : 10, i * width * height * 3, (i * height * width + width) * 3)
    const raw = { width, height: height * count, channels: 3 as const, pageHeight: height }
    const numbers = await firstNumbers('many.gif', await sharp(data, { raw }).gif({ effort: 1 }).toBuffer())
    assert.equal(numbers?.length, count)
    assert.ok((numbers as number[]).every((first, i) => Math.abs(first - (i % 2 ? 250 : 10)) < 9))
  })
})
