import assert from 'node:assert/strict'
import { decodeImage, thumbnail } from '../../src/images'
import { Image, Pixels } from '../../src/types'

const decode = (address: string) => decodeImage(Buffer.from(address.split(',')[1] as string, 'base64'))

describe('thumbnail', () => {
  it('is a small JPEG with the picture’s proportions', async () => {
    const address = await thumbnail(
      new Image({ width: 400, height: 200, channels: 3, data: new Uint8Array(240_000).fill(200) }),
      160,
    )
    assert.match(`${address}`, /^data:image\/jpeg;base64,/)
    const small = await decode(address as string)
    assert.deepEqual([small.width, small.height], [160, 80])
    assert.ok(small.data.every((byte) => Math.abs(byte - 200) < 3))
  })

  it('shows depth as shades, with near things dark', async () => {
    const depth = new Image({
      width: 40,
      height: 40,
      channels: 1,
      data: Float32Array.from({ length: 1600 }, (_, i) => (i < 800 ? 1 : 7)),
      range: [1, 7],
      unit: 'm',
    })
    const small = await decode((await thumbnail(depth, 160)) as string)
    assert.deepEqual([small.width, small.height], [40, 40])
    assert.ok((small.data[3] as number) < 20 && (small.data[small.data.length - 3] as number) > 235)
  })

  it('keeps transparency, and never goes below one pixel', async () => {
    const thin = await thumbnail(new Image({ width: 1000, height: 1, channels: 4, data: new Uint8Array(4000) }), 100)
    assert.match(`${thin}`, /^data:image\/webp/)
    const small = await decode(thin as string)
    assert.deepEqual([small.width, small.height, small.channels], [100, 1, 4])
  })

  it('uses the small version of a picture whose numbers are elsewhere', async () => {
    let reads = 0
    const small = {
      width: 160,
      height: 90,
      of: { width: 1920, height: 1080 },
      data: new Uint8Array(160 * 90 * 3).fill(90),
    }
    const place = () => ({
      kind: 'bytes' as const,
      length: 1920 * 1080 * 3,
      read() {
        reads++
        return new Uint8Array(1920 * 1080 * 3).fill(10)
      },
      glimpse: (side: number, isSquare: boolean) => (side === 160 && !isSquare ? small : undefined),
    })
    const picture = (width: number, height: number) =>
      new Image({ width, height, channels: 3, pixels: new Pixels<Uint8Array>(place()) })
    const shown = await decode((await thumbnail(picture(1920, 1080), 160)) as string)
    assert.deepEqual([shown.width, shown.height, reads], [160, 90, 0])
    assert.ok(shown.data.every((byte) => Math.abs(byte - 90) < 3))
    // There is no small version for another size, or for the same numbers in another shape.
    for (const [value, side] of [
      [picture(1920, 1080), 80],
      [picture(1080, 1920), 160],
    ] as const) {
      const before = reads
      const { data } = await decode((await thumbnail(value, side)) as string)
      assert.ok(data.every((byte) => Math.abs(byte - 10) < 3))
      assert.equal(reads, before + 1)
    }
  })

  it('is null for values without a picture', async () => {
    for (const value of [null, 7, 'text', { width: 1 }]) assert.equal(await thumbnail(value, 100), null)
  })
})
