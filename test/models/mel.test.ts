import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type MelSpec, melPicture } from '../../src/models/mel'
import { Audio } from '../../src/types'
import { sound } from '../types/values'

/** librosa 0.11's results for `given()`, written by `test/fixtures/sounds/mel.py`: some columns of each. */
const golden = JSON.parse(readFileSync(resolve(__dirname, '../../../test/fixtures/sounds/mel.json'), 'utf8')) as {
  name: string
  spec: MelSpec
  rate: number
  columns: number
  /** The numbers of each column. */
  some: Record<string, number[]>
}[]

/** A rising tone, a click, silence and quiet noise. mel.py makes the same numbers. */
function given(sampleRate: number): Audio {
  const data = new Float32Array(sampleRate)
  let noise = 1
  for (let i = 0; i < data.length; i++) {
    const second = i / sampleRate
    noise = (noise * 16_807) % 2_147_483_647
    if (second < 0.5) data[i] = 0.5 * Math.sin(2 * Math.PI * (200 + 3000 * second) * second)
    else if (second >= 0.75) data[i] = 0.01 * (noise / 1_073_741_824 - 1)
  }
  data[Math.round(0.6 * sampleRate)] = 1
  return new Audio({ sampleRate, channels: 1, data })
}

describe('mel pictures', () => {
  for (const { name, spec, rate, columns, some } of golden)
    it(`are those of ${name}, within .0001`, async () => {
      const made = await melPicture(given(rate), spec)
      assert.equal(made.rows, spec.coefficients ?? spec.bands)
      assert.equal(made.columns, columns)
      for (const [column, numbers] of Object.entries(some))
        for (const [row, number] of numbers.entries()) {
          const own = made.data[row * columns + Number(column)] as number
          const most = 1e-4 * Math.max(1, Math.abs(number))
          assert.ok(Math.abs(own - number) <= most, `${row}, ${column}: ${own} is not ${number}`)
        }
    })

  it('accept a sound shorter than a frame, and a single sample', async () => {
    const spec: MelSpec = { fft: 400, hop: 160, bands: 80, scale: 'log10' }
    assert.equal((await melPicture(sound(0.005), spec)).columns, 1)
    const { data } = await melPicture(sound(1 / 16_000), spec)
    assert.ok(data.every(Number.isFinite))
  })

  it('pad with silence up to 30 seconds, and truncate longer sounds', async () => {
    const spec: MelSpec = { fft: 400, hop: 160, bands: 80, scale: 'whisper', seconds: 30 }
    for (const seconds of [0.1, 31]) assert.equal((await melPicture(sound(seconds), spec)).columns, 3000)
  })
})
