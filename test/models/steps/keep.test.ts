import assert from 'node:assert/strict'
import { kept } from '../../../src/models/steps/keep'
import { Audio, Image } from '../../../src/types'

const sound = (value: number, sampleRate = 8000) =>
  new Audio({ sampleRate, channels: 1, data: new Float32Array(100).fill(value) })
const picture = (value: number) => new Image({ width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(value) })

describe('values kept by a step', () => {
  for (const [what, one, same, other] of [
    ['a sound', sound(0.5), sound(0.5), sound(0.25)],
    ['a sound of another rate', sound(0.5), sound(0.5), sound(0.5, 16_000)],
    ['a picture', picture(5), picture(5), picture(6)],
    ['a text', 'a cat', 'a cat', 'a bat'],
    ['a list', [1, 2], [1, 2], [2, 1]],
  ] as const)
    it(`is made anew for ${what} only where it has changed`, async () => {
      const results = new Map()
      let count = 0
      const make = () => kept(results, value, async () => ({ count: ++count }))
      let value: unknown = one
      assert.deepEqual(await make(), { count: 1 })
      value = same
      assert.deepEqual(await make(), { count: 1 })
      value = other
      assert.deepEqual(await make(), { count: 2 })
    })
})
