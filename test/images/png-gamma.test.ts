import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { codec, decodeImage } from '../../src/images'
import { type PortType, readValue } from '../../src/types'
import { chunk } from './png'

function gAMA(gamma: number): Buffer {
  const data = Buffer.alloc(4)
  data.writeUInt32BE(Math.round(gamma * 100_000))
  return chunk('gAMA', data)
}

const withChunks = (png: Buffer, ...chunks: Buffer[]) =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])

const of = (values: number[], channels: 1 | 3 | 4) =>
  sharp(Buffer.from(values), { raw: { width: values.length / channels, height: 1, channels } })

describe('the gamma of a PNG', () => {
  // The sRGB values of linear 0, 10, 128 and 255, by the standard's formula.
  const light = [0, 10, 128, 255]
  const srgb = [0, 56, 188, 255]

  it('is applied: light becomes sRGB, in colour and grey, and alpha stays', async () => {
    const colour = await of([...light.slice(0, 3), 10, 255, 10, 128, 128], 4)
      .png()
      .toBuffer()
    const decoded = await decodeImage(withChunks(colour, gAMA(1)))
    assert.deepEqual([...decoded.data], [0, 56, 188, 10, 255, 56, 188, 128])
    const grey = await of(light, 1).toColourspace('b-w').png().toBuffer()
    assert.deepEqual([...(await decodeImage(withChunks(grey, gAMA(1)), { grey: true })).data], srgb)
    assert.deepEqual(
      [...(await decodeImage(withChunks(grey, gAMA(1)))).data],
      srgb.flatMap((value) => [value, value, value]),
    )
  })

  it('keeps the dark values of 16 bits', async () => {
    const numbers = Uint16Array.from([100, 65535, 32896])
    const png = await sharp(numbers, { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    assert.deepEqual([...(await decodeImage(withChunks(png, gAMA(1)))).data], [5, 255, 188])
    const grey = await sharp(numbers, { raw: { width: 3, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    assert.deepEqual([...(await decodeImage(withChunks(grey, gAMA(1)), { grey: true })).data], [5, 255, 188])
  })

  it('is found after long text, in a file too', async () => {
    const png = await of([128, 128, 128], 3).png().toBuffer()
    const folder = await mkdtemp(join(tmpdir(), 'daisychain-gamma-'))
    try {
      const path = join(folder, 'light.png')
      await writeFile(path, withChunks(png, chunk('tEXt', Buffer.from(`Comment\0${'x'.repeat(9000)}`)), gAMA(1)))
      assert.deepEqual([...(await decodeImage({ path })).data], [188, 188, 188])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is ignored if numbers or label ids are wanted', async () => {
    const ids = withChunks(await of([0, 1, 2, 1], 1).toColourspace('b-w').png().toBuffer(), gAMA(1))
    assert.deepEqual([...(await decodeImage(ids, { grey: true, numbers: true })).data], [0, 1, 2, 1])
    const type: PortType = { type: 'segmentation', labels: ['sky', 'sea', 'sand'] }
    const map = await readValue(type, ids, 'map', { ...codec, readsLabels: true })
    assert.deepEqual([...(map as { data: Uint8Array }).data], [0, 1, 2, 1])
  })

  it('is ignored next to sRGB, or if it equals that of sRGB', async () => {
    const png = await of([128, 128, 128], 3).png().toBuffer()
    for (const chunks of [[gAMA(0.45455)], [gAMA(1), chunk('sRGB', Buffer.from([0]))], [gAMA(0)]])
      assert.deepEqual([...(await decodeImage(withChunks(png, ...chunks))).data], [128, 128, 128])
  })
})
