// biome-ignore-all lint/style/noNonNullAssertion: what is missing fails the test
import assert from 'node:assert/strict'
import { createEngine, type Engine, EngineError } from '../../src/engine'
import { loadManifests, modelPath, runModel } from '../../src/models'

describe('caches that stay beside the model', function () {
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

  it('are lost when many write at once, and made again: each writes what it writes alone', async () => {
    const alone: unknown[] = []
    for (let seed = 0; seed < 6; seed++) alone.push(await story(seed))
    assert.deepEqual(await Promise.all(alone.map((_, seed) => story(seed))), alone)
    assert.equal(new Set(alone).size, 6)
  })

  it('are lost when the model leaves memory in between', async () => {
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

  it('are said to be forgotten where there are none', async () => {
    const carry = { key: 'nobody', becomes: {}, goesOn: true }
    await assert.rejects(
      engine.run(path, ids(1), { logits: { kind: 'tensor' } }, { carry }),
      (error) =>
        error instanceof EngineError && error.code === 'forgotten' && /mini\.onnx no longer has/.test(error.message),
    )
  })
})
