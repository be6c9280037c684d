// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { loadManifests, type Model, type RunModelOptions, runModel } from '../../../src/models'
import { fixturesFolder, tellingEngine } from '../support'
import { twinOf } from '../twin'
import { colourful } from './colourful'

/** The results of transformers for the same inputs; see make.py in that folder. */
const folder = `${fixturesFolder}/what-is-it`
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Record<
  'clip' | 'siglip',
  { alike: { pictures: number; texts: number; both: number } }
>

describe('Alike', () => {
  const model = loadManifests().find(({ id }) => id === 'alike')!
  const twins = {
    clip: twinOf(model, 'clip-vit-b32', `${folder}/clip`, { 224: 32, 77: 48 }),
    siglip: twinOf(model, 'siglip-base', `${folder}/siglip`, { 224: 32, 64: 16 }),
  }
  const { engine, runs } = tellingEngine()

  const ask = async (twin: Model, given: object, options: RunModelOptions = {}) =>
    (await runModel(twin, twin.variants[0]!, { ...given }, engine, options)).outputs.alike as number
  const image = colourful(32, 32)
  const text = 'a red cat'

  for (const [name, twin] of Object.entries(twins))
    it(`is the cosine that transformers computes with ${name}`, async () => {
      const { pictures, texts, both } = golden[name as 'clip'].alike
      const near = (actual: number, wanted: number, within = 2e-4) =>
        assert.ok(Math.abs(actual - wanted) <= within, `${actual}, not ${wanted}`)
      near(await ask(twin, { image, text }), both)
      near(await ask(twin, { other: image, other_text: text }), both)
      near(await ask(twin, { text, other_text: 'a tree' }), texts)
      near(await ask(twin, { image, other: colourful(20, 14) }), pictures, 0.02)
      near(await ask(twin, { image, other: image }), 1)
    })

  it('processes an unchanged picture once', async () => {
    const results = new Map()
    for (let i = 0; i < 4; i++) await ask(twins.clip, { image: colourful(32, 20 + i), other: image }, { results })
    assert.equal(runs.length, 5)
    for (let i = 0; i < 4; i++) await ask(twins.clip, { image: colourful(32, 20 + i), text }, { results })
    assert.equal(runs.length, 10)
  })

  it('compares exactly two things', async () => {
    for (const [given, count] of [
      [{}, 0],
      [{ image }, 1],
      [{ image: '', text: '', other_text: 'x' }, 1],
      [{ image, text, other_text: text }, 3],
    ] as const)
      await assert.rejects(
        ask(twins.clip, given),
        new RegExp(
          `Alike compares two things, but the message and the node's fields have ${count}: use two of msg\\.payload, msg\\.other`,
        ),
      )
    assert.ok(Math.abs((await ask(twins.clip, { text: '😀'.repeat(10_000), other_text: '猫' })) - 0) <= 1)
    await assert.rejects(ask(twins.clip, { image: 'not a picture', text }), /Alike's image/)
  })
})
