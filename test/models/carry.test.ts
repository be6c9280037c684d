// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { createEngine, type Engine, EngineError, type Feed } from '../../src/engine'
import { loadManifests, modelPath, runModel } from '../../src/models'
import { likeliest } from '../../src/models/text/choose'
import { type StepTensors, stepFeeds } from '../../src/models/text/step-feeds'
import { ARGMAX } from './follow-argmax'

describe('caches that stay with the model', function () {
  this.timeout(60_000)
  const model = loadManifests().find(({ id }) => id === 'gpt2')!
  const variant = model.variants[0]!
  const path = modelPath(model, variant)
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu' })
  })
  after(() => engine.close())

  const story = async (seed: number) =>
    (await runModel(model, variant, { prompt: 'The cat', seed, sequence_length: 20 }, engine)).outputs.text
  const ids = (...tokens: number[]) => ({
    input_ids: {
      kind: 'tensor' as const,
      dtype: 'int64' as const,
      dims: [1, tokens.length],
      data: BigInt64Array.from(tokens, BigInt),
    },
  })

  it('are lost if many runs write at once, and rebuilt: each writes the same as alone', async () => {
    const alone: unknown[] = []
    for (let seed = 0; seed < 6; seed++) alone.push(await story(seed))
    assert.deepEqual(await Promise.all(alone.map((_, seed) => story(seed))), alone)
    assert.equal(new Set(alone).size, 6)
  })

  it('are lost if the model is unloaded in between', async () => {
    const alone = await story(1)
    let told = 0
    const { outputs } = await runModel(model, variant, { prompt: 'The cat', seed: 1, sequence_length: 20 }, engine, {
      partial() {
        told++
        void engine.release(path)
      },
    })
    assert.ok(told > 0)
    assert.equal(outputs.text, alone)
  })

  it('serve follow-up runs in the lane, for the allowed time', async () => {
    const { inputs, outputs } = await engine.load(path)
    const named = (name: string) => inputs.find((input) => input.name === name)
    const tensors: StepTensors = {
      ids: named('input_ids'),
      mask: named('attention_mask'),
      positions: named('position_ids'),
    }
    const past = inputs.filter(({ name }) => name.startsWith('past_key_values'))
    const becomes = Object.fromEntries(past.map(({ name }) => [name, name.replace('past_key_values', 'present')]))
    assert.ok(past.length > 0 && Object.values(becomes).every((name) => outputs.some((output) => output.name === name)))
    const none = past.map(({ name, dtype, shape }): [string, Feed] => {
      const dims = shape.map((size, i) => (typeof size === 'number' ? size : Number(i === 0)))
      return [name, { kind: 'tensor', dtype, dims, data: new Float32Array(0) }]
    })
    const begin = { ...Object.fromEntries(none), ...stepFeeds(tensors, 0, [5, 6, 7]) }
    const write = async (limit: number, count: number, key: string) => {
      const followUp = { program: ARGMAX, about: { tensors, seen: 3, count }, limit }
      const carry = { key, becomes, goesOn: false }
      const made = await engine.run(path, begin, { logits: { kind: 'tensor', last: true } }, { carry, followUp })
      assert.deepEqual(made.outputs, {})
      return made.said as number[]
    }
    const five = await write(60_000, 5, 'five')
    assert.equal(five.length, 5)
    assert.deepEqual(await write(60_000, 2, 'two'), five.slice(0, 2))
    assert.deepEqual(await write(0, 5, 'no time'), five.slice(0, 1))

    let seen = [5, 6, 7]
    for (const token of five) {
      const feeds = { ...Object.fromEntries(none), ...stepFeeds(tensors, 0, seen) }
      const { outputs } = await engine.run(path, feeds, { logits: { kind: 'tensor', last: true } })
      assert.equal(likeliest(outputs.logits.data as Float32Array), token)
      seen = [...seen, token]
    }
  })

  it('are reported as forgotten if there are none', async () => {
    const carry = { key: 'nobody', becomes: {}, goesOn: true }
    await assert.rejects(
      engine.run(path, ids(1), { logits: { kind: 'tensor' } }, { carry }),
      (error) =>
        error instanceof EngineError && error.code === 'forgotten' && /mini\.onnx no longer has/.test(error.message),
    )
  })
})
