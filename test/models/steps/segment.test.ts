// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { decodeImage, resize } from '../../../src/images'
import { loadManifests, type RunModelOptions, runModel } from '../../../src/models'
import { Image } from '../../../src/types'
import { fixturesFolder, paint, tellingEngine } from '../support'
import { twinOf } from '../twin'
import { colourful } from './colourful'

/** The results of transformers for the same networks, pictures and clicks; see make.py in that folder. */
interface Golden {
  points: [x: number, y: number, label: number][]
  box: [number, number, number, number] | null
  /** The mask's bits, row by row; the best mask first. */
  masks: string[]
}

const folder = `${fixturesFolder}/segment`
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Record<'slimsam' | 'sam2', Golden[]>

interface Result {
  mask: Image
  masks: Image[]
}

describe('Segment by clicking', () => {
  const segment = loadManifests().find(({ id }) => id === 'segment')!
  const twins = {
    slimsam: twinOf(segment, 'slimsam-77-q8', `${folder}/slimsam`, { 1024: 128 }),
    sam2: twinOf(segment, 'sam2-1-tiny', `${folder}/sam2`, { 1024: 128 }),
    colour: twinOf(segment, 'sam2-1-tiny', `${folder}/colour`, { 1024: 128 }),
  }
  const { engine, runs } = tellingEngine()
  const click = async (name: keyof typeof twins, given: Record<string, unknown>, options: RunModelOptions = {}) => {
    const model = twins[name]
    return (await runModel(model, model.variants[0]!, given, engine, options)).outputs as unknown as Result
  }
  const share = ({ data }: Image) => Array.from(data).filter((value) => value === 255).length / data.length
  const pointsOf = (points: Golden['points']) => points.map(([x, y, label]) => ({ x, y, include: label === 1 }))
  /** The share of pixels that equal the golden mask's. */
  const agreement = ({ data }: Image, golden: string) => {
    const bits = Buffer.from(golden, 'base64')
    const white = (i: number) => (((bits[i >> 3] as number) >> (7 - (i & 7))) & 1) === 1
    return Array.from(data).filter((value, i) => white(i) === (value === 255)).length / data.length
  }

  for (const [name, all] of Object.entries(golden) as [keyof typeof twins, Golden[]][])
    it(`makes the masks that transformers makes of ${name}: clicks, what is beside, boxes`, async () => {
      for (const { points, box, masks: wanted } of all) {
        const given = { image: colourful(128, 128), points: pointsOf(points), ...(box && { box }) }
        const { mask, masks } = await click(name, given)
        assert.equal(masks.length, 3)
        assert.deepEqual(masks[0], mask)
        for (const [i, one] of masks.entries()) {
          const same = agreement(one, wanted[i]!)
          assert.ok(same > 0.998, `${points.length} clicks${box ? ' and a box' : ''}, mask ${i}: ${same} of the pixels`)
        }
      }
    })

  it('encodes a picture once, and answers each click with the decoder', async () => {
    for (const name of ['slimsam', 'sam2'] as const) {
      const [results, image] = [new Map(), colourful(96, 64)]
      for (let i = 0; i < 10; i++) await click(name, { image, points: [{ x: i / 10, y: 0.5 }] }, { results })
      assert.equal(runs.splice(0).filter((file) => file.startsWith('vision_encoder')).length, 1)
    }
  })

  it('reports that SlimSAM doesn’t support boxes, and runs nothing without clicks', async () => {
    const image = colourful(40, 40)
    await assert.rejects(
      click('slimsam', { image, box: [0, 0, 0.5, 0.5] }),
      /SlimSAM, 8 bit doesn't take a box \(msg\.box\)/,
    )
    await assert.rejects(
      click('slimsam', { image, box: [0, 0, 0.5, 0.5], points: [{ x: 0.5, y: 0.5 }] }),
      /doesn't take a box/,
    )
    for (const name of ['slimsam', 'sam2'] as const) {
      const { mask, masks } = await click(name, { image })
      assert.deepEqual([share(mask), masks], [0, []])
    }
    assert.deepEqual(
      runs.filter((file) => !file.startsWith('vision_encoder')),
      [],
    )
  })

  it('follows what was clicked in the first frame through a film over a photograph', async () => {
    const photo = await resize(await decodeImage(readFileSync(`${fixturesFolder}/../photos/coffee.jpg`)), 320, 240)
    const [radius, state] = [24, new Map()]
    for (let frame = 0; frame < 25; frame++) {
      const [x, y] = [60 + frame * 7, 120 + Math.round(40 * Math.sin(frame / 4))]
      const isBall = (i: number) => Math.hypot((i % 320) - x, Math.floor(i / 320) - y) <= radius
      const data = Uint8Array.from(photo.data, (value, i) =>
        isBall(Math.floor(i / 3)) ? [250, 0, 250][i % 3]! : value,
      )
      const image = new Image({ width: 320, height: 240, channels: 3, data })
      const given = { image, ...(frame === 0 && { points: [{ x: x / 320, y: y / 240 }] }) }
      const { mask } = await click('colour', given, { state })
      const white = Array.from(mask.data, (value) => value === 255)
      const both = white.filter((is, i) => is && isBall(i)).length
      const either = white.filter((is, i) => is || isBall(i)).length
      assert.ok(both / either > 0.7, `frame ${frame}: ${both / either} of the ball`)
    }
    // The thing isn't followed into another scene.
    const { mask } = await click('colour', { image: paint(320, 240, () => [0, 0, 0]) }, { state })
    assert.equal(share(mask), 0)
  })
})
