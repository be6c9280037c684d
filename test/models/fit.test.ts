import assert from 'node:assert/strict'
import { crop, place, placement, unplace } from '../../src/models/fit'
import { paint } from './support'

describe('placement', () => {
  it('stretches to the size', () => {
    assert.deepEqual(placement({ fit: 'stretch', width: 128, height: 64 }, 999, 1), {
      width: 128,
      height: 64,
      box: { left: 0, top: 0, width: 128, height: 64 },
    })
  })

  it('letterboxes in the centre, never to nothing', () => {
    const size = { fit: 'letterbox', width: 64, height: 64 } as const
    assert.deepEqual(placement(size, 200, 100).box, { left: 0, top: 16, width: 64, height: 32 })
    assert.deepEqual(placement(size, 10, 20).box, { left: 16, top: 0, width: 32, height: 64 })
    assert.deepEqual(placement(size, 10_000, 1).box, { left: 0, top: 31, width: 64, height: 1 })
  })

  it('keeps the proportions within limits, in multiples', () => {
    const size = { fit: 'keep', shortSide: 128, longSide: 384, multipleOf: 16 } as const
    const sides = (width: number, height: number) => {
      const { width: w, height: h } = placement(size, width, height)
      return [w, h]
    }
    assert.deepEqual(sides(640, 480), [176, 128])
    assert.deepEqual(sides(480, 640), [128, 176])
    assert.deepEqual(sides(128, 128), [128, 128])
    assert.deepEqual(sides(5000, 10), [384, 16])
    assert.deepEqual(sides(1, 1), [128, 128])
    const free = placement({ fit: 'keep' }, 37, 41)
    assert.deepEqual([free.width, free.height], [37, 41])
  })
})

describe('place and unplace', () => {
  it('returns the same part, at any scale of the output', async () => {
    const image = paint(30, 10, () => [9, 9, 9])
    const size = { fit: 'letterbox', width: 32, height: 32, fill: 200 } as const
    const where = placement(size, 30, 10)
    const placed = await place(image, where, size)
    assert.deepEqual([placed.width, placed.height, placed.data[0]], [32, 32, 200])
    for (const scale of [1, 2, 0.5]) {
      const box = unplace(where, 32 * scale, 32 * scale)
      assert.deepEqual([box.width, Math.abs(box.height - 11 * scale) <= 0.5], [32 * scale, true])
    }
    const part = crop(placed.data as Uint8Array, 32, 3, where.box)
    assert.equal(part.length, 32 * 11 * 3)
    assert.ok(part.every((byte) => byte === 9))
  })

  it('copies nothing if the part is the whole', () => {
    const data = new Uint8Array(12)
    assert.equal(crop(data, 2, 3, { left: 0, top: 0, width: 2, height: 2 }), data)
  })

  it('crops the centre, or a fraction of it', async () => {
    const image = paint(40, 20, (x) => [x, 0, 0])
    const size = { fit: 'cover', width: 10, height: 10, share: 0.5 } as const
    const where = placement(size, 40, 20)
    assert.deepEqual(where.box, { left: -15, top: -5, width: 40, height: 20 })
    const placed = await place(image, where, size)
    assert.deepEqual([placed.width, placed.height], [10, 10])
    assert.deepEqual([placed.data[0], placed.data.at(-3)], [15, 24])
  })

  it('letterboxes in the corner, padded with a colour', async () => {
    const size = { fit: 'letterbox', width: 4, height: 4, align: 'corner', fill: [1, 2, 3] } as const
    const placed = await place(
      paint(4, 2, () => [9, 9, 9]),
      placement(size, 4, 2),
      size,
    )
    assert.deepEqual([...placed.data.subarray(0, 3)], [9, 9, 9])
    assert.deepEqual([...placed.data.subarray(-3)], [1, 2, 3])
  })

  it('pads to a multiple, or continues as a mirror image', async () => {
    const image = paint(3, 2, (x, y) => [10 * y + x])
    const size = { fit: 'keep', multipleOf: 4, pad: 'mirror' } as const
    const where = placement(size, 3, 2)
    const placed = await place(image, where, size)
    assert.deepEqual([...placed.data], [0, 1, 2, 2, 10, 11, 12, 12, 10, 11, 12, 12, 0, 1, 2, 2])
    assert.deepEqual(unplace(where, 8, 8), { left: 0, top: 0, width: 6, height: 4 })
    const filled = await place(image, where, { ...size, pad: 'fill', fill: 7 })
    assert.deepEqual([...filled.data.subarray(0, 4), ...filled.data.subarray(-4)], [0, 1, 2, 7, 7, 7, 7, 7])
  })
})
