import assert from 'node:assert/strict'
import { normals, uniforms } from '../../src/random'

describe('normals', () => {
  it('repeat for a seed, in every version', () => {
    assert.deepEqual(normals(7, 512), normals(7, 512))
    assert.deepEqual(normals('7', 4), normals(7, 4))
    assert.deepEqual(
      normals(42, 2).map((number) => number.toFixed(6)),
      ['-0.577653', '0.633937'],
    )
    assert.notDeepEqual(normals(1, 3), normals(2, 3))
    assert.notDeepEqual(normals('cat', 3), normals('ball', 3))
  })

  it('have the requested mean and deviation, and no outliers', () => {
    const numbers = Array.from({ length: 40 }, (_, seed) => normals(seed, 501, 3, 2)).flat()
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
    const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length
    assert.equal(numbers.length, 40 * 501)
    assert.ok(Math.abs(mean - 3) < 0.06, `mean ${mean}`)
    assert.ok(Math.abs(Math.sqrt(variance) - 2) < 0.05, `deviation ${Math.sqrt(variance)}`)
    assert.ok(numbers.every(Number.isFinite))
  })

  it('are independent for neighbouring seeds', () => {
    // The first numbers of neighbouring seeds aren't correlated.
    const firsts = Array.from({ length: 2000 }, (_, seed) => uniforms(seed)())
    const pairs = firsts.slice(1).map((second, i) => (second - 0.5) * ((firsts[i] as number) - 0.5))
    const correlation = pairs.reduce((sum, product) => sum + product, 0) / pairs.length / (1 / 12)
    assert.ok(Math.abs(correlation) < 0.08, `${correlation}`)
  })
})
