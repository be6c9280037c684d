import assert from 'node:assert/strict'
import { scoresMask } from '../../src/images'

describe('a mask of raw scores', () => {
  /** 20 × 10 scores that increase to the right and cross 0 at `zero`, measured from the left edge. */
  const scores = (zero: number) => Float32Array.from({ length: 200 }, (_, i) => (i % 20) + 0.5 - zero)
  const size = { width: 20, height: 10 }
  const whole = { left: 0, top: 0, ...size }
  /** The number of black pixels in each row. They must all be at its left end. */
  const blackOf = ({ width, data }: { width: number; data: ArrayLike<number> }) => {
    const black = Array.from({ length: width }, (_, x) => data[x] === 0).filter(Boolean).length
    for (const [i, value] of Array.from(data).entries()) assert.equal(value, i % width < black ? 0 : 255)
    return black
  }

  it('has its edge where interpolated scores would be 0, however large the picture is', async () => {
    for (const zero of [3, 3.2, 11.75, 18.4])
      for (const [width, height] of [
        [20, 10],
        [200, 100],
        [333, 40],
        [7, 3],
        [2000, 700],
      ] as const) {
        const mask = await scoresMask(scores(zero), size, whole, { width, height })
        assert.deepEqual([mask.width, mask.height, mask.channels], [width, height, 1])
        assert.ok(Math.abs(blackOf(mask) - (zero / 20) * width) <= 0.51, `${zero} on ${width}: ${blackOf(mask)}`)
      }
  })

  it('shows the part with the picture, whose sides may be fractional', async () => {
    for (const part of [
      { left: 0, top: 0, width: 15.25, height: 10 },
      { left: 2.5, top: 1.1, width: 10.6, height: 7.7 },
    ]) {
      const mask = await scoresMask(scores(6), size, part, { width: 300, height: 50 })
      assert.ok(Math.abs(blackOf(mask) - ((6 - part.left) / part.width) * 300) <= 0.51)
    }
  })
})
