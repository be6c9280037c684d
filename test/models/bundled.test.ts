import assert from 'node:assert/strict'
import { createEngine, type Engine } from '../../src/engine'
import { findVariant, loadManifests, type Model, runModel } from '../../src/models'
import { normals } from '../../src/random'
import type { Image, Segmentation } from '../../src/types'

/** What the bundled models make of a known input, against what they made when they were sealed. */
describe('the bundled models run', () => {
  const models = new Map(loadManifests().map((model) => [model.id, model]))
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu' })
  })
  after(() => engine.close())

  async function run(id: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
    const model = models.get(id) as Model
    return (await runModel(model, findVariant(model), inputs, engine)).outputs
  }

  async function bedroom(seed: number, truncation = 0.8): Promise<Image> {
    return (await run('stylegan', { z: normals(seed, 512), truncation })).image as Image
  }

  describe('stylegan', () => {
    it('imagines another bedroom for each vector, and the same one for the same', async () => {
      const [one, two, again] = [await bedroom(1), await bedroom(2), await bedroom(1)]
      assert.deepEqual([one.width, one.height, one.channels], [128, 128, 3])
      assert.ok(contrast(one) > 20, `${contrast(one)}`)
      assert.ok(difference(one, two) > 10, `${difference(one, two)}`)
      assert.ok(difference(one, again) === 0)
    })

    it('at truncation 0 always imagines the average one', async () => {
      assert.ok(difference(await bedroom(1, 0), await bedroom(2, 0)) < 1)
    })
  })

  describe('densedepth', () => {
    it('sees the floor nearer at the bottom and the wall farther at the top, in the size of the picture', async () => {
      for (const seed of [1, 2, 3]) {
        const image = await bedroom(seed)
        const { depth_image } = (await run('densedepth', { image })) as { depth_image: Image }
        assert.deepEqual([depth_image.width, depth_image.height, depth_image.unit], [128, 128, 'm'])
        const [top, bottom] = [mean(depth_image, 20, 45), mean(depth_image, 115, 128)]
        assert.ok(top - bottom > 1 && top < 9 && bottom > 1, `top ${top} m, bottom ${bottom} m`)
      }
    })
  })

  describe('deeplab', () => {
    it('finds wall above and floor below', async () => {
      const { image } = (await run('deeplab', { image: await bedroom(1) })) as { image: Segmentation }
      assert.equal(image.labels.length, 12)
      const share = (label: string, from: number, to: number) => {
        const rows = image.data.subarray(from * 128, to * 128)
        return rows.filter((id) => image.labels[id] === label).length / rows.length
      }
      assert.ok(share('wall', 0, 40) > 0.4 && share('floor', 100, 128) > 0.3)
    })
  })
})

function contrast({ data }: Image): number {
  const average = (data as Uint8Array).reduce((sum, byte) => sum + byte, 0) / data.length
  return Math.sqrt((data as Uint8Array).reduce((sum, byte) => sum + (byte - average) ** 2, 0) / data.length)
}

/** The mean difference of two pictures' bytes. */
function difference(a: Image, b: Image): number {
  return (
    (a.data as Uint8Array).reduce((sum, byte, i) => sum + Math.abs(byte - (b.data[i] as number)), 0) / a.data.length
  )
}

function mean({ data, width }: Image, from: number, to: number): number {
  const rows = data.subarray(from * width, to * width) as Float32Array
  return rows.reduce((sum, value) => sum + value, 0) / rows.length
}
