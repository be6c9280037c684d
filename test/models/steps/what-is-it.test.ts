// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { loadManifests, type Model, type RunModelOptions, runModel, warmUp } from '../../../src/models'
import { fixturesFolder, tellingEngine } from '../support'
import { twinOf } from '../twin'
import { colourful } from './colourful'

interface Golden {
  ids: number[][]
  logits: number[][]
}

/** The results of transformers for the same networks, pictures and words; see make.py in that folder. */
const folder = `${fixturesFolder}/what-is-it`
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Record<'clip' | 'siglip', Golden>
const words = ['cat', 'a red cat', 'Dog!', 'tree']
const sizes = [
  [32, 32],
  [96, 64],
  [50, 120],
  [20, 14],
] as const

interface Result {
  what: string
  score: number
  ranked: { category: string; score: number }[]
}

describe('What is it?', () => {
  const whatIsIt = loadManifests().find(({ id }) => id === 'what-is-it')!
  const twins = {
    clip: twinOf(whatIsIt, 'clip-vit-b32', `${folder}/clip`, { 224: 32, 77: 48 }),
    siglip: twinOf(whatIsIt, 'siglip-base', `${folder}/siglip`, { 224: 32, 64: 16 }),
  }
  const { engine, runs } = tellingEngine()

  const ask = async (model: Model, given: object, options: RunModelOptions = {}) => {
    const { outputs, isTextCut } = await runModel(model, model.variants[0]!, { words, ...given }, engine, options)
    return { ...(outputs as unknown as Result), isTextCut }
  }
  const runsOf = (file: string) => runs.filter((run) => run.startsWith(file)).length
  const image = colourful(32, 32)

  for (const [name, twin] of Object.entries(twins))
    it(`is as sure as transformers is of ${name}, for pictures of every shape`, async () => {
      for (const [i, [width, height]] of sizes.entries()) {
        const logits = golden[name as 'clip'].logits[i]!
        const sum = logits.reduce((before, logit) => before + Math.exp(logit), 0)
        const wanted = logits.map((logit) => (name === 'clip' ? Math.exp(logit) / sum : 1 / (1 + Math.exp(-logit))))
        const { ranked, what, score } = await ask(twin, { image: colourful(width, height) })
        for (const [at, word] of words.entries()) {
          const share = ranked.find(({ category }) => category === word)!.score
          // transformers resizes other sizes with another library.
          const within = i === 0 ? wanted[at]! * 1e-3 : 0.02
          assert.ok(
            Math.abs(share - wanted[at]!) <= within,
            `${width} × ${height}, “${word}”: ${share}, not ${wanted[at]}`,
          )
        }
        const best = Math.max(...wanted)
        const words1 = words.filter((_, at) => wanted[at] === best)
        assert.deepEqual([[what], Math.abs(score - best) < 0.02], [words1, true])
      }
    })

  it('encodes each word once, as long as it is used, and only the picture for each message', async () => {
    const results = new Map()
    for (let i = 0; i < 5; i++) await ask(twins.clip, { image: colourful(40 + i, 30) }, { results })
    // Four words, and the text for "none of these".
    assert.deepEqual([runsOf('text'), runsOf('vision')], [5, 5])
    await Promise.all([1, 2].map(() => ask(twins.clip, { image, words: ['cat', 'a bike', ' a bike '] }, { results })))
    assert.deepEqual([runsOf('text'), runsOf('vision')], [6, 7])
    await ask(twins.clip, { image, sentence: 'a drawing of {word}' }, { results })
    assert.equal(runsOf('text'), 10)
  })

  it('answers none of these if no word fits, or none is likely enough', async () => {
    const [first, ...others] = (await ask(twins.siglip, { image })).ranked
    assert.ok(first!.score > 0.01)
    const without = await ask(twins.siglip, { image, words: others.map(({ category }) => category) })
    assert.deepEqual([without.what, without.ranked.length], ['none of these', 3])
    const sure = await ask(twins.siglip, { image, min_score: first!.score + 0.001 })
    assert.deepEqual([sure.what, sure.score], ['none of these', first!.score])
    const least = await ask(twins.siglip, { image, words: ['cat'], min_score: 0 })
    assert.equal(least.what, 'cat')
    // With a single word, CLIP compares it with the text for "none of these", which may win.
    const one = await ask(twins.clip, { image, words: ['Dog!'] })
    assert.equal(one.what, 'none of these')
  })

  it('accepts words in any script and of any length, and reports truncated ones', async () => {
    const odd = ['猫', 'кот', '🐈‍⬛', 'قطة', 'a'.repeat(10_000), 'x', '{word}', '$&', 'x']
    const { ranked, isTextCut } = await ask(twins.siglip, { image, words: odd, min_score: 0 })
    assert.equal(isTextCut, true)
    assert.equal(ranked.length, 5)
    assert.ok(ranked.every(({ category, score }) => odd.includes(category) && score >= 0 && score <= 1))
    assert.equal((await ask(twins.siglip, { image, words: ['猫'] })).isTextCut, false)
    const results = new Map()
    for (let i = 0; i < 2; i++)
      assert.equal((await ask(twins.clip, { image, words: odd }, { results })).isTextCut, true)
  })

  it('requires words', async () => {
    for (const none of [undefined, [], ['', '  ']])
      await assert.rejects(
        ask(twins.clip, { image, words: none }),
        /What is it\? has no words: enter some in the node, or send a list of them as msg\.words/,
      )
    await assert.rejects(ask(twins.clip, { image, words: Array.from({ length: 1001 }, String) }), /words/)
    await assert.rejects(ask(twins.clip, { image: 'nowhere' }), /image/)
    assert.equal(runs.length, 0)
  })

  it('is tried with a word before the first message', async () => {
    await warmUp(twins.clip, twins.clip.variants[0]!, engine)
    assert.deepEqual([runsOf('text'), runsOf('vision')], [2, 1])
  })
})
