import assert from 'node:assert/strict'
import { createEngine, type Engine } from '../../src/engine'
import { findVariant, runModel, type Variant } from '../../src/models'
import type { Instance } from '../../src/models/tasks/detect'
import { choose } from '../../src/models/text/choose'
import { type Image, toBytes } from '../../src/types'
import { fixture, paint } from './support'

describe('tasks', () => {
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu', isolation: 'thread' })
  })
  after(() => engine.close())

  const run = async (id: string, inputs: Record<string, unknown>) => {
    const model = fixture(id)
    return (await runModel(model, findVariant(model), inputs, engine)).outputs
  }

  describe('detect', () => {
    // The left half is red, the right half blue. The picture is wide, so the letterbox must be undone.
    const image = paint(200, 100, (x) => (x < 100 ? [250, 0, 0] : [0, 0, 250]))

    it('lists the detections with their boxes and masks in the picture, best first', async () => {
      const { instances } = (await run('things', { image })) as { instances: Instance[] }
      assert.deepEqual(
        instances.map(({ category }) => category),
        ['blue', 'red'],
      )
      assert.deepEqual(
        instances.map(({ score }) => score.toFixed(2)),
        ['0.90', '0.60'],
      )
      assert.deepEqual(
        instances.map(({ box }) => box),
        [
          [0.5, 0, 1, 1],
          [0, 0, 0.5, 1],
        ],
      )
      for (const { category, mask } of instances) {
        assert.equal(`${mask}`, 'image 200×100 grey')
        assert.ok(mask?.data.every((byte) => byte === 0 || byte === 255))
        const [left, right] = [mask?.data[50 * 200 + 20], mask?.data[50 * 200 + 180]]
        assert.deepEqual([left, right], category === 'red' ? [255, 0] : [0, 255])
      }
    })

    it('limits them to a category, and shows only them on black', async () => {
      const { output, instances } = (await run('things', { image, category: 'red' })) as {
        output: Image
        instances: Instance[]
      }
      assert.deepEqual(
        instances.map(({ category }) => category),
        ['red'],
      )
      assert.equal(`${output}`, 'image 200×100 RGB')
      const at = (x: number) => [...output.data.subarray((50 * 200 + x) * 3, (50 * 200 + x) * 3 + 3)]
      assert.deepEqual(
        [at(20), at(180)],
        [
          [250, 0, 0],
          [0, 0, 0],
        ],
      )
    })

    it('shows all of them with "any", and refuses an unknown category', async () => {
      const { output } = (await run('things', { image, category: 'any' })) as { output: Image }
      assert.deepEqual([output.data[0], output.data[199 * 3 + 2]], [250, 250])
      await assert.rejects(run('things', { image, category: 'green' }), /category.*green.*any.*red.*blue/)
    })
  })

  it('matte cuts out the picture itself, by each pixel’s opacity', async () => {
    const model = structuredClone(fixture('depth'))
    const [variant] = model.variants as [Variant]
    variant.task = 'matte'
    variant.fetches = { depth: { kind: 'values', to: 'matte', range: [1, 7], sizeOf: 'image' } }
    model.outputs = [['output', 4] as const, ['matte', 1] as const].map(([name, channels]) => [
      { name, property: 'payload', type: { type: 'image', channels }, help: 'For tests.' },
    ])
    const image = paint(128, 128, (x) => (x < 64 ? [250, 40, 10] : [0, 90, 250]))
    const { output, matte } = (await runModel(model, variant, { image }, engine)).outputs as Record<string, Image>
    assert.equal(`${output}, ${matte}`, 'image 128×128 RGBA, image 128×128 grey, 1 to 7')
    const kept = toBytes(matte as Image)
    for (const [i, color] of [
      [20, [250, 40, 10]],
      [100, [0, 90, 250]],
    ] as const)
      assert.deepEqual([...(output as Image).data.subarray(i * 4, i * 4 + 4)], [...color, kept.data[i]])
  })

  describe('text', () => {
    const image = paint(9, 9, () => [1, 2, 3])

    it('is decoded from tokens, up to the end', async () => {
      assert.deepEqual(await run('tell', { image }), { caption: 'abc' })
    })

    it('is encoded as tokens, truncated or padded, with noise from a seed', async () => {
      const color = async (caption: string, seed?: number) => [
        ...((await run('show', { caption, seed })).result as Image).data.subarray(0, 3),
      ]
      // Noise contributes a hundredth of a normal number, tokens a tenth each.
      const tenths = (bytes: number[]) => bytes.map((byte) => Math.round((byte / 255) * 10))
      assert.deepEqual(tenths(await color('cab', 5)), [3, 5, 0])
      assert.deepEqual(tenths(await color('abcccccccc', 5)), [5, 3, 3])
      assert.deepEqual(await color('cab', 5), await color('cab', 5))
      const shades = new Set<number>()
      for (let i = 0; i < 20; i++) shades.add((await color('cab'))[0] as number)
      assert.ok(shades.size > 1)
      await assert.rejects(run('show', { caption: image }), /caption.*text/)
    })
  })

  describe('generate', () => {
    it('continues until the end', async () => {
      assert.deepEqual(await run('story', { prompt: 'ac', seed: 1 }), { text: 'ac ab' })
    })

    it('adds at most the requested number of tokens', async () => {
      assert.deepEqual(await run('story', { prompt: 'c', sequence_length: 1, seed: 1 }), { text: 'c ' })
      await assert.rejects(run('story', { prompt: 'c', sequence_length: 0 }), /sequence_length.*0.*1 to 256/)
    })

    it('gives the same text for the same seed, and not always the same otherwise', async () => {
      const say = async (seed?: number) =>
        (await run('story', { prompt: 'a', seed, sequence_length: 1 })).text as string
      assert.equal(await say(3), await say(3))
      const said = new Set<string>()
      for (let seed = 0; seed < 30; seed++) said.add(await say(seed))
      assert.deepEqual([...said].sort(), ['ab', 'ac'])
    })

    it('keeps a prompt longer than the model’s context, and one without tokens', async () => {
      const prompt = 'é, c c c c c c c c c c c'
      assert.deepEqual(await run('story', { prompt, seed: 1 }), { text: `${prompt} ab` })
    })

    it('starts without a prompt', async () => {
      assert.match((await run('story', { prompt: '', seed: 2 })).text as string, /^a[bc]/)
    })
  })

  describe('choose', () => {
    const scores = Float32Array.of(0, 3, 1, 2)
    const settings = { temperature: 1, topK: 4 }

    it('selects a token as often as its probability', () => {
      const counts = [0, 0, 0, 0]
      for (let i = 0; i < 10_000; i++) {
        const token = choose(scores, settings, i / 10_000)
        counts[token] = (counts[token] as number) + 1
      }
      const sum = [0, 3, 1, 2].reduce((total, score) => total + Math.exp(score), 0)
      for (const [token, score] of [0, 3, 1, 2].entries()) {
        assert.ok(Math.abs((counts[token] as number) / 10_000 - Math.exp(score) / sum) < 0.001)
      }
    })

    it('leaves out all but the best, and is deterministic at low temperature', () => {
      for (let i = 0; i < 100; i++) assert.ok([1, 3].includes(choose(scores, { temperature: 1, topK: 2 }, i / 100)))
      for (let i = 0; i < 100; i++) assert.equal(choose(scores, { temperature: 0.01, topK: 4 }, i / 100), 1)
    })
  })
})
