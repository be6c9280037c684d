// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Manifest, type Model, runModel } from '../../src/models'
import type { Image } from '../../src/types'
import { fixturesFolder, paint, tellingEngine } from './support'

const folder = `${fixturesFolder}/restyle`
/** torch's results for the same network, every fourth pixel; see make.py in that folder. */
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Record<string, number[]>

const bent = (number: number) => Math.abs((number % 510) - 255)
const picture = (width: number, height: number, shift = 0, darker = 1) =>
  paint(width, height, (x, y) => [
    Math.floor(bent(3 * x + 2 * y + shift) / darker),
    bent(5 * y + 7),
    Math.floor(bent(2 * x + 4 * y + 100 - shift) / darker),
  ])

describe('the manifest of AdaIN in docs/exporting.md', () => {
  const page = readFileSync(resolve(__dirname, '../../../docs/exporting.md'), 'utf8')
  const manifest = JSON.parse(page.match(/```json\n(\{\s+"id": "restyle".+?)```/s)![1]!) as Manifest
  const model: Model = { ...manifest, folder }
  const { engine } = tellingEngine()
  const restyle = async (image: Image, style: Image, amount = 1) =>
    (await runModel(model, model.variants[0]!, { image, style, amount }, engine)).outputs.output as Image

  it('gives a picture another one’s style, as strongly as set, with torch’s result', async () => {
    for (const [name, amount] of [
      ['all', 1],
      ['half', 0.5],
    ] as const) {
      const { data, width } = await restyle(picture(96, 64), picture(512, 512, 90, 5), amount)
      let i = 0
      for (let y = 0; y < 64; y += 4)
        for (let x = 0; x < 96; x += 4)
          for (let c = 0; c < 3; c++, i++) {
            const [value, wanted] = [data[(y * width + x) * 3 + c]!, Math.min(255, Math.max(0, golden[name]![i]!))]
            assert.ok(Math.abs(value - wanted) <= 1, `${name}, ${x}, ${y}: ${value}, not ${wanted}`)
          }
      assert.equal(i, golden[name]!.length)
    }
  })

  it('accepts pictures of any two sizes, and returns the first one’s size', async () => {
    const { width, height } = await restyle(picture(101, 57), picture(40, 90))
    assert.deepEqual([width, height], [101, 57])
  })
})
