import assert from 'node:assert/strict'
import { meadowDrawing } from '../../src/drawing'
import { createEngine, type Engine } from '../../src/engine'
import { findVariant, loadManifests, type Model, runModel } from '../../src/models'
import { normals } from '../../src/random'
import { type Image, Segmentation } from '../../src/types'

/** Compares the bundled models' results for a known input with those from when they were sealed. */
describe('the bundled models run', () => {
  const models = new Map(loadManifests().map((model) => [model.id, model]))
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu' })
  })
  after(() => engine.close())

  async function run(id: string, inputs: Record<string, unknown>, variant?: string): Promise<Record<string, unknown>> {
    const model = models.get(id) as Model
    return (await runModel(model, findVariant(model, variant), inputs, engine)).outputs
  }

  async function bedroom(seed: number, truncation = 0.8): Promise<Image> {
    return (await run('stylegan', { z: normals(seed, 512), truncation })).image as Image
  }

  describe('stylegan', () => {
    it('imagines a different bedroom for each vector, and the same one for the same vector', async () => {
      const [one, two, again] = [await bedroom(1), await bedroom(2), await bedroom(1)]
      assert.deepEqual([one.width, one.height, one.channels], [128, 128, 3])
      assert.ok(contrast(one) > 20, `${contrast(one)}`)
      assert.ok(difference(one, two) > 10, `${difference(one, two)}`)
      assert.ok(difference(one, again) === 0)
    })

    it('always imagines the average room at truncation 0', async () => {
      assert.ok(difference(await bedroom(1, 0), await bedroom(2, 0)) < 1)
    })
  })

  describe('densedepth', () => {
    it('sees the floor nearer at the bottom and the wall farther at the top, in the picture’s size', async () => {
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

  describe('the painter’s bear', () => {
    const { labels, ...drawing } = meadowDrawing()
    const { data: ids } = drawing.ids
    const isBear = (place: number) => labels[ids[place] as number] === 'bear'
    let bear: Image
    before(async () => {
      const semantic_map = new Segmentation({ ...drawing.ids, labels })
      bear = (await run('spade', { semantic_map }, 'meadow')).output as Image
    })

    it('is the only thing that Mask R-CNN finds, in the right place', async () => {
      const { instances } = (await run('maskrcnn', { image: bear })) as {
        instances: { category: string; mask: Image }[]
      }
      assert.deepEqual(
        instances.map(({ category }) => category),
        ['bear'],
      )
      const [found] = instances
      const [both, either] = [...ids.keys()].reduce(
        ([both, either], place) => {
          const [drawn, seen] = [isBear(place), (found?.mask.data[place] as number) > 127]
          return [both + Number(drawn && seen), either + Number(drawn || seen)] as [number, number]
        },
        [0, 0] as [number, number],
      )
      assert.ok(both / either > 0.85, `${both} of ${either} pixels`)
    })

    it('has its outline in PhotoSketch’s drawing, and paper inside', async () => {
      const { output } = (await run('photosketch', { input: bear })) as { output: Image }
      const isEdge = (place: number) => [1, -1, 128, -128].some((step) => isBear(place) !== isBear(place + step))
      const ink = (places: number[]) =>
        places.filter((place) => (output.data[place] as number) < 128).length / places.length
      const inside = [...ids.keys()].filter(
        (place) => isBear(place) && [0, 1, -1, 2, -2].every((x) => isBear(place + 130 * x)),
      )
      const edge = [...ids.keys()].filter((place) => isBear(place) && isEdge(place))
      assert.ok(ink(edge) > 2 * ink(inside), `${ink(edge)} on the edge, ${ink(inside)} inside`)
    })

    it('is between the grass in front and the mountains in DenseDepth’s metres', async () => {
      const { depth_image } = (await run('densedepth', { image: bear }, 'meadow')) as { depth_image: Image }
      assert.equal(depth_image.unit, 'm')
      const metres = (label: string) => {
        const values = [...ids.keys()]
          .filter((place) => labels[ids[place] as number] === label)
          .map((i) => depth_image.data[i])
        return (values as number[]).sort((a, b) => a - b)[values.length >> 1] as number
      }
      const front = mean(depth_image, 118, 128)
      const order = [front, metres('bear'), metres('mountain'), metres('sky-other')]
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        order,
      )
      assert.ok(front < 5 && metres('sky-other') > 70, `${order}`)
    })
  })
})

function contrast({ data }: Image): number {
  const average = (data as Uint8Array).reduce((sum, byte) => sum + byte, 0) / data.length
  return Math.sqrt((data as Uint8Array).reduce((sum, byte) => sum + (byte - average) ** 2, 0) / data.length)
}

/** The mean difference between two pictures' bytes. */
function difference(a: Image, b: Image): number {
  return (
    (a.data as Uint8Array).reduce((sum, byte, i) => sum + Math.abs(byte - (b.data[i] as number)), 0) / a.data.length
  )
}

function mean({ data, width }: Image, from: number, to: number): number {
  const rows = data.subarray(from * width, to * width) as Float32Array
  return rows.reduce((sum, value) => sum + value, 0) / rows.length
}
