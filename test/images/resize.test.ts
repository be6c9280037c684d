import assert from 'node:assert/strict'
import { resize, resizeLabels } from '../../src/images'
import { Image, Segmentation } from '../../src/types'

/** 8×8, the left half black and the right half white. */
const halves = new Image({
  width: 8,
  height: 8,
  channels: 3,
  data: Uint8Array.from({ length: 192 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 0 : 255)),
})
const pixel = (image: Image, x: number, y: number) => image.data[(y * image.width + x) * image.channels]

describe('resize', () => {
  it('stretches, keeps the channels, and costs nothing if nothing changes', async () => {
    const wide = await resize(halves, 20, 6)
    assert.equal(`${wide}`, 'image 20×6 RGB')
    assert.deepEqual([pixel(wide, 1, 3), pixel(wide, 18, 3)], [0, 255])
    assert.equal(await resize(halves, 8, 8), halves)
    for (const channels of [1, 4] as const) {
      const image = new Image({ width: 3, height: 2, channels, data: new Uint8Array(6 * channels).fill(77) })
      const larger = await resize(image, 7, 9)
      assert.equal(larger.channels, channels)
      assert.ok(larger.data.every((byte) => Math.abs(byte - 77) <= 1))
    }
  })

  it('contains: everything, centred on black', async () => {
    const white = new Image({ width: 8, height: 4, channels: 3, data: new Uint8Array(96).fill(255) })
    const square = await resize(white, 16, 16, 'contain')
    assert.deepEqual([pixel(square, 8, 1), pixel(square, 8, 8), pixel(square, 8, 14)], [0, 255, 0])
    assert.equal(`${square}`, 'image 16×16 RGB')
  })

  it('covers: the centre, without the sides', async () => {
    const tall = await resize(halves, 4, 16, 'cover')
    assert.equal(`${tall}`, 'image 4×16 RGB')
    assert.deepEqual([pixel(tall, 0, 5), pixel(tall, 3, 5)], [0, 255])
  })

  it('keeps floats within a thousandth of their range, and their range and unit', async () => {
    const ramp = new Image({
      width: 16,
      height: 16,
      channels: 1,
      data: Float32Array.from({ length: 256 }, (_, i) => 1 + (i % 16) * 0.4),
      range: [0, 10],
      unit: 'm',
    })
    const large = await resize(ramp, 64, 48)
    assert.deepEqual([large.width, large.height, large.range, large.unit], [64, 48, [0, 10], 'm'])
    // Bilinear between pixel centres; libvips may be off by half a pixel.
    const row = large.data.subarray(24 * 64, 25 * 64)
    for (let x = 4; x < 60; x++) {
      const wanted = 1 + ((x + 0.5) / 4 - 0.5) * 0.4
      assert.ok(Math.abs((row[x] as number) - wanted) < 0.4 / 8 + 0.01, `${x}: ${row[x]} for ${wanted}`)
    }
    assert.ok(Math.abs((row[0] as number) - 1) < 0.01 && Math.abs((row[63] as number) - 7) < 0.06)
    const flat = await resize(
      new Image({ width: 2, height: 2, channels: 1, data: new Float32Array(4).fill(2.5) }),
      5,
      5,
    )
    assert.ok(flat.data.every((value) => Math.abs(value - 2.5) < 1e-6))
  })
})

describe('resizeLabels', () => {
  it('never mixes labels', async () => {
    const map = new Segmentation({
      width: 2,
      height: 1,
      data: Uint8Array.from([3, 11]),
      labels: Array.from({ length: 12 }, (_, i) => `label ${i}`),
    })
    const large = await resizeLabels(map, 9, 7)
    assert.deepEqual([...new Set(large.data)].sort(), [11, 3])
    assert.deepEqual(large.labels, map.labels)
    assert.deepEqual([large.data[0], large.data[8]], [3, 11])
  })

  it('keeps ids above 255', async () => {
    const map = new Segmentation({
      width: 1,
      height: 2,
      data: Uint16Array.from([0, 300]),
      labels: Array.from({ length: 301 }, (_, i) => `${i}`),
    })
    const large = await resizeLabels(map, 3, 4)
    assert.deepEqual([large.data[0], large.data[11]], [0, 300])
  })
})
