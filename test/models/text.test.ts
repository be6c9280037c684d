import assert from 'node:assert/strict'
import { createEngine, type Engine } from '../../src/engine'
import { findVariant, runModel } from '../../src/models'
import { choose } from '../../src/models/text/choose'
import { fixture, paint } from './support'

describe('text with a cache', () => {
  let engine: Engine
  before(() => {
    engine = createEngine({ device: 'cpu' })
  })
  after(() => engine.close())

  async function run(id: string, inputs: Record<string, unknown>, settings: Record<string, unknown> = {}) {
    const model = fixture(id)
    const variant = findVariant(model)
    const changed = { ...variant, settings: { ...variant.settings, ...settings } }
    return (await runModel(model, changed, inputs, engine)).outputs
  }

  /**
   * The expected output of `serial`: each token is the sum of the tokens so far, their number, the last
   * position, and 1 with a cache, modulo 8.
   */
  function serial(tokens: number[], count: number): number[] {
    const seen = [...tokens]
    const made: number[] = []
    for (let i = 0; i < count; i++) {
      const sum = seen.reduce((a, b) => a + b, 0)
      const next = (sum + seen.length + (seen.length - 1) + (i > 0 ? 1 : 0)) % 8
      if (next === 0) break
      made.push(next)
      seen.push(next)
    }
    return made
  }
  const letters = (ids: number[]) => ids.map((id) => ' abcdefg'[id]).join('')

  for (const prompt of ['a', 'c', 'dab', 'gg', 'bfag'])
    it(`goes on after "${prompt}" as if all of it were seen each time`, async () => {
      const tokens = [...prompt].map((letter) => ' abcdefg'.indexOf(letter))
      const { text } = await run('serial', { prompt, sequence_length: 12 })
      assert.equal(text, prompt + letters(serial(tokens, 12)))
    })

  it('wraps the prompt for a chat model, and returns only the answer', async () => {
    const asked = [7, 1, 2]
    const { text } = await run('serial', { prompt: 'a', sequence_length: 4 }, { template: 'g{prompt}b' })
    assert.equal(text, letters(serial(asked, 4)))
    // "$&" in a prompt is text, not a replacement pattern.
    await assert.doesNotReject(run('serial', { prompt: '$&', sequence_length: 1 }, { template: 'g{prompt}b' }))
  })

  it('starts again from the end of text longer than the model’s context', async () => {
    const { text } = await run('serial', { prompt: 'a', sequence_length: 40 }, { context: 8, end: [99] })
    assert.equal((text as string).length >= 20, true, text as string)
  })

  it('starts empty text with its first token', async () => {
    const { text } = await run('serial', { prompt: '', sequence_length: 3 }, { start: 2 })
    assert.equal(text, letters(serial([2], 3)))
  })

  it('takes its temperature from a message', async () => {
    const texts = new Set<unknown>()
    for (let seed = 0; seed < 8; seed++)
      texts.add(
        (await run('serial', { prompt: 'a', seed, temperature: 2, top_k: 0, sequence_length: 3 }, { end: [99] })).text,
      )
    assert.equal(texts.size, 1, 'scores ten apart leave no choice at a temperature of 2')
    const seed = { prompt: 'a', seed: 3, temperature: 2, sequence_length: 3 }
    assert.deepEqual(await run('serial', seed), await run('serial', seed))
  })

  it('describes a picture with an encoder and a decoder', async () => {
    for (const shade of [0, 100, 255]) {
      const seen = Math.round((shade / 255) * 7)
      const tokens = [1]
      while (tokens.length < 6) {
        const next = (tokens.reduce((a, b) => a + b, 0) + tokens.length + seen) % 8
        if (next === 0) break
        tokens.push(next)
      }
      const { caption } = await run('glance', { image: paint(9, 5, () => [shade, shade, shade]) })
      assert.equal(caption, letters(tokens.slice(1)))
    }
  })
})

describe('choose', () => {
  const scores = Float32Array.of(Math.log(1), Math.log(4), Math.log(3), Math.log(2))

  it('takes the most likely token at temperature 0', () => {
    for (const luck of [0, 0.5, 0.99]) assert.equal(choose(scores, { temperature: 0, topK: 0 }, luck), 1)
  })

  it('draws among all, the best, or those that reach a probability', () => {
    const drawn = (topK: number, topP?: number) =>
      [0.05, 0.45, 0.75, 0.95].map((luck) => choose(scores, { temperature: 1, topK, ...(topP && { topP }) }, luck))
    assert.deepEqual(drawn(0), [1, 2, 3, 0])
    assert.deepEqual(drawn(2), [1, 1, 2, 2])
    assert.deepEqual(drawn(0, 0.5), [1, 1, 2, 2])
    assert.deepEqual(drawn(0, 0.3), [1, 1, 1, 1])
  })

  it('keeps the order of equal scores', () => {
    assert.equal(choose(Float32Array.of(1, 1, 1, 1), { temperature: 1, topK: 2 }, 0.9), 1)
  })
})
