import assert from 'node:assert/strict'
import { fromHalf, narrow, toHalf, widen } from '../../src/engine/lane/float16'

describe('engine/lane/float16', () => {
  it('every half-precision number survives widening and narrowing', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i)
    const back = narrow(widen(halves))
    for (let half = 0; half < 65536; half++)
      if (Number.isNaN(fromHalf(half))) assert.ok(Number.isNaN(fromHalf(back[half] as number)))
      else assert.equal(back[half], half)
  })

  it('matches the standard’s examples', () => {
    const known: [number, number][] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0400, 2 ** -14],
      [0x0001, 2 ** -24],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0x3555, 0.333251953125],
    ]
    for (const [half, value] of known) {
      assert.equal(fromHalf(half), value)
      assert.equal(toHalf(value), half)
    }
  })

  it('rounds to the nearest, ties to even', () => {
    for (let half = 0; half < 0x7bff; half++) {
      const low = fromHalf(half)
      const high = fromHalf(half + 1)
      const middle = (low + high) / 2 // exact in single precision
      assert.equal(toHalf(middle), half % 2 === 0 ? half : half + 1, `tie above ${low}`)
      assert.equal(toHalf(low + (high - low) / 4), half)
      assert.equal(toHalf(-(low + ((high - low) * 3) / 4)), (half + 1) | 0x8000)
    }
    assert.equal(toHalf(65519.99), 0x7bff)
    assert.equal(toHalf(65520), 0x7c00)
    assert.equal(toHalf(1e30), 0x7c00)
    assert.equal(toHalf(-1e-30), 0x8000)
  })
})
