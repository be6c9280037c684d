import assert from 'node:assert/strict'
import { sharedEngine } from '../../src/engine'
import { loadManifests, type Model } from '../../src/models'
import { askTwin } from '../models/steps/ask-twin'
import { colourful } from '../models/steps/colourful'
import { ask, live, type Message, refusal, start, stop } from './support'

describe('Ask in Node-RED', () => {
  const engine = sharedEngine()
  const twin = askTwin(loadManifests().find(({ id }) => id === 'ask') as Model)
  const image = colourful(32, 32)
  after(() => engine.close())
  afterEach(stop)

  const begin = (settings: object = {}) =>
    start([{ id: 'n', type: 'daisychain-ask', length: '23', ...settings }], [twin])

  for (const [what, settings, msg] of [
    ['the node is set to', { stream: true }, {}],
    ['the message asks for it', {}, { stream: true }],
  ] as const)
    it(`sends the answer while it is written where ${what}; the last is complete, and what it is without`, async () => {
      await begin(settings)
      const all: Message[] = []
      live('out').on('input', (message) => all.push(message))
      const ended = new Promise<void>((resolve) => {
        live('out').on('input', ({ complete }) => complete !== false && resolve())
      })
      live('n').receive({ payload: image, question: 'is it a cat?', topic: 'kept', ...msg })
      await ended
      assert.ok(all.length >= 2, `${all.length}`)
      assert.deepEqual(
        all.map(({ complete, topic }) => [complete, topic]),
        all.map((_, i) => [i + 1 === all.length, 'kept']),
      )
      const texts = all.map(({ payload }) => payload as string)
      for (const [i, text] of texts.slice(1).entries()) assert.ok(text.startsWith(texts[i] as string), text)
      const [where, whole] = await ask('n', { payload: image, question: 'is it a cat?', stream: false })
      assert.deepEqual([where, whole.payload], ['out', texts.at(-1)])
    })

  it('answers questions in any script and of any length, even empty ones', async () => {
    await begin()
    for (const question of [
      'Ist das eine Katze? 🐈',
      '猫ですか',
      'هل هذه قطة؟',
      '🎈🎈🎈',
      '\u0000',
      'why? '.repeat(2000),
      '',
      ' ',
    ]) {
      const [where, { payload, error }] = await ask('n', { payload: image, question })
      assert.deepEqual([where, typeof payload], ['out', 'string'], error?.message)
    }
  })

  it('reports invalid questions, and continues', async () => {
    await begin({ ask: 'find' })
    assert.match(await refusal('n', { payload: image, question: '' }), /Ask has no question, which “find” needs/)
    for (const payload of ['no picture.png', 5, {}, Buffer.from('GIF89a'), undefined])
      assert.match(
        await refusal('n', { payload, question: 'a cat' }),
        /^Ask's image .*(needed|there is no picture file|damaged or ends too early)/,
      )
    for (const question of [{ a: 1 }, [1], Buffer.from('x')])
      assert.match(await refusal('n', { payload: image, question }), /^Ask's question is a .*, but text is needed\.$/)
    const [where] = await ask('n', { payload: colourful(1, 700), question: 'a cat' })
    assert.equal(where, 'out')
  })
})
