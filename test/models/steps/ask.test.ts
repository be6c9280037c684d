// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { loadManifests, type RunModelOptions, runModel, warmUp } from '../../../src/models'
import { placedWords } from '../../../src/models/text/places'
import { repeating } from '../../../src/models/text/repeating'
import { tellingEngine } from '../support'
import { askGolden, askTwin } from './ask-twin'
import { colourful } from './colourful'

describe('Ask', () => {
  const model = loadManifests().find(({ id }) => id === 'ask')!
  const twin = askTwin(model)
  const { engine, runs } = tellingEngine()

  interface Result {
    text: string
    instances: { category: string; box: number[] }[]
  }
  const ask = async (given: object, options: RunModelOptions = {}) => {
    const { outputs, isTextCut } = await runModel(twin, twin.variants[0]!, { length: 23, ...given }, engine, options)
    return { ...(outputs as unknown as Result), isTextCut }
  }
  const runsOf = (file: string) => runs.filter((run) => run.startsWith(file)).length
  const image = colourful(32, 32)
  /** The inputs that give the prompts of golden.json. */
  const asked = [
    { ask: 'caption' },
    { ask: 'find', question: 'a red cat' },
    { question: ' is it a cat? ' },
    { ask: 'things', question: 'this is not asked' },
  ]

  for (const [i, { size, prompt, tokens, text }] of askGolden.answers.entries())
    it(`writes what transformers writes to “${prompt}” about a picture of ${size.join(' × ')}`, async () => {
      const given = asked[i % asked.length]!
      const answer = await ask({ image: colourful(...size), ...given })
      const isPlace = (token: number) => token >= askGolden.places
      assert.equal(answer.text.replace(/[ ,]/g, ''), text.replace(/[ ,]/g, ''))
      // As in Florence-2's post_process_generation: every four places after a word are one of its boxes.
      const written = tokens.slice(2, tokens.lastIndexOf(2))
      const boxes = written
        .map((token) => (isPlace(token) ? 'p' : ' '))
        .join('')
        .split(/ +/)
        .reduce((sum, places) => sum + Math.floor(places.length / 4), 0)
      assert.equal(answer.instances.length, boxes)
    })

  it('answers a question, or describes the picture without one', async () => {
    const [caption, answer] = [await ask({ image, ask: 'caption' }), await ask({ image, question: 'is it a cat?' })]
    assert.notEqual(caption.text, answer.text)
    for (const question of ['', '   ', undefined]) assert.equal((await ask({ image, question })).text, caption.text)
    await assert.rejects(
      ask({ image, ask: 'find', question: ' ' }),
      /Ask has no question, which “find” needs: enter it in the node, or send it as msg\.question/,
    )
    await assert.rejects(ask({ image, ask: 'sing' }), /Ask's ask/)
  })

  it('processes a picture once for several questions', async () => {
    const results = new Map()
    for (const question of ['is it a cat?', 'what is it?', '']) await ask({ image, question }, { results })
    assert.equal(runsOf('vision'), 1)
    await ask({ image: colourful(33, 32) }, { results })
    assert.equal(runsOf('vision'), 2)
  })

  it('reports the text so far, ends at the limit, and when nobody waits any longer', async () => {
    const partials: unknown[] = []
    const whole = await ask({ image }, { partial: (outputs) => partials.push(outputs.text) })
    assert.ok(typeof partials[0] === 'string' && whole.text.startsWith(partials[0].slice(0, 1)))
    runs.splice(0)
    const short = await ask({ image, length: 2 })
    assert.equal(runsOf('decoder'), 2)
    assert.ok(short.text.length <= whole.text.length)
    const enough = new AbortController()
    const stopped = ask({ image }, { signal: enough.signal, partial: () => enough.abort() })
    await assert.rejects(stopped)
  })

  it('accepts questions in any script and of any length, and reports truncated ones', async () => {
    for (const question of ['这是什么？', '🐈‍⬛?', 'ماذا؟', '{text}', '$&'])
      assert.equal((await ask({ image, question, length: 3 })).isTextCut, false, question)
    assert.equal((await ask({ image, question: 'cat '.repeat(2500), length: 3 })).isTextCut, true)
  })

  it('is tried before the first message', async () => {
    await warmUp(twin, twin.variants[0]!, engine)
    assert.equal(runsOf('vision'), 1)
  })
})

describe('locations among words', () => {
  const spec = { first: 100, count: 10, to: 'instances' }

  it('are boxes of the words before them, in fractions of the picture', () => {
    const places = [100, 101, 102, 109]
    const box = [0.05, 0.15, 0.25, 0.95]
    assert.deepEqual(placedWords([1, 2, ...places, ...places, 3, ...places], spec), [
      { words: [1, 2], boxes: [box, box] },
      { words: [3], boxes: [box] },
    ])
    assert.deepEqual(placedWords([1, 2, 110, 99], spec), [{ words: [1, 2, 110, 99], boxes: [] }])
    assert.deepEqual(placedWords([], spec), [])
  })

  it('have their corners in order, and are ignored unless there are four', () => {
    assert.deepEqual(placedWords([1, 109, 108, 100, 101, 105], spec), [
      { words: [1], boxes: [[0.05, 0.15, 0.95, 0.85]] },
    ])
    assert.deepEqual(placedWords([1, 105, 2], spec), [
      { words: [1], boxes: [] },
      { words: [2], boxes: [] },
    ])
  })
})

describe('tokens that would repeat a sequence', () => {
  it('are those that followed the same ones before', () => {
    assert.deepEqual(repeating([1, 2, 3, 1, 2], 3), [3])
    assert.deepEqual(repeating([1, 2, 3, 1, 2, 4, 1, 2], 3), [3, 4])
    assert.deepEqual(repeating([1, 2], 3), [])
    assert.deepEqual(repeating([1, 2, 1], 1), [1, 2, 1])
  })
})
