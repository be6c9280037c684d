import assert from 'node:assert/strict'
import sharp from 'sharp'
import { counts, decodeImage, encodeDataURI, encodeImage } from '../../src/images'
import { Image } from '../../src/types'

const rgb = new Image({
  width: 2,
  height: 2,
  channels: 3,
  data: Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]),
})

describe('encodeImage', () => {
  it('writes a PNG that reads back the same', async () => {
    const before = counts.encoded
    assert.deepEqual([...(await decodeImage(await encodeImage(rgb, 'png'))).data], [...rgb.data])
    assert.equal(counts.encoded, before + 1)
  })

  it('reports if a side is too long for the format', async () => {
    const column = (height: number) => new Image({ width: 1, height, channels: 1, data: new Uint8Array(height) })
    const longer = /^a picture of 1 × (65,501|16,384) pixels doesn't fit into .*at most (65,500|16,383): choose PNG, or/
    for (const [format, most] of [
      ['jpeg', 65_500],
      ['webp', 16_383],
    ] as const) {
      assert.ok((await encodeImage(column(most), format)).length > 0)
      await assert.rejects(encodeImage(column(most + 1), format), { message: longer })
      assert.ok((await encodeImage(column(most + 1), 'png')).length > 0)
    }
  })

  it('writes one channel as grey', async () => {
    const grey = new Image({ width: 2, height: 1, channels: 1, data: Uint8Array.from([3, 200]) })
    assert.equal((await sharp(await encodeImage(grey, 'png')).metadata()).channels, 1)
  })

  it('writes floats as they are displayed', async () => {
    const depth = new Image({
      width: 3,
      height: 1,
      channels: 1,
      data: Float32Array.from([1, 4, 9]),
      range: [1, 7],
      unit: 'm',
    })
    assert.deepEqual(
      [...(await decodeImage(await encodeImage(depth, 'png'))).data],
      [0, 0, 0, 128, 128, 128, 255, 255, 255],
    )
  })

  it('puts transparent pixels on white in a JPEG', async () => {
    const clear = new Image({ width: 8, height: 8, channels: 4, data: new Uint8Array(256) })
    const { data } = await decodeImage(await encodeImage(clear, 'jpeg'))
    assert.ok(data.every((byte) => byte > 250))
  })

  it('writes every format, and data URLs', async () => {
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      assert.equal((await sharp(await encodeImage(rgb, format)).metadata()).format, format)
      const [head, body] = (await encodeDataURI(rgb, format)).split(',') as [string, string]
      assert.equal(head, `data:image/${format};base64`)
      assert.equal((await sharp(Buffer.from(body, 'base64')).metadata()).format, format)
    }
  })
})
