import assert from 'node:assert/strict'
import { powerSpectra } from '../../src/models/fourier'

/** Computed directly from the definition. */
function plain(frame: Float64Array): number[] {
  return Array.from({ length: Math.floor(frame.length / 2) + 1 }, (_, k) => {
    let [re, im] = [0, 0]
    for (const [i, sample] of frame.entries()) {
      const angle = (-2 * Math.PI * ((i * k) % frame.length)) / frame.length
      re += sample * Math.cos(angle)
      im += sample * Math.sin(angle)
    }
    return re ** 2 + im ** 2
  })
}

describe('the Fourier transform', () => {
  for (const length of [1, 2, 3, 4, 8, 31, 60, 64, 98, 400, 441, 512])
    it(`gives the power of two frames of ${length}`, () => {
      const frames = [7, 13].map((by) => Float64Array.from({ length }, (_, i) => ((i * i * by) % 29) / 29 - 0.4))
      const [one, other] = frames as [Float64Array, Float64Array]
      for (const [i, power] of powerSpectra(length)(one, other).entries())
        for (const [k, wanted] of plain(frames[i] as Float64Array).entries())
          assert.ok(Math.abs((power[k] as number) - wanted) < 1e-9 * (1 + wanted), `${i}, ${k}: ${power[k]}, ${wanted}`)
    })
})
