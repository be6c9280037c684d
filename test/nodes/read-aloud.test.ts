import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { sharedEngine } from '../../src/engine'
import { loadManifests, type Model } from '../../src/models'
import { type Audio, isAudio } from '../../src/types'
import { fixturesFolder } from '../models/support'
import { twinOf } from '../models/twin'
import { collect, until } from './pictures'
import { ask, live, refusal, start, stop } from './support'

describe('Read aloud in Node-RED', () => {
  const engine = sharedEngine()
  const model = loadManifests().find(({ id }) => id === 'read-aloud') as Model
  const twin = twinOf(model, 'kokoro', `${fixturesFolder}/read-aloud`)
  before(function () {
    if (spawnSync('espeak-ng', ['--version']).status === 0) return
    console.log('      skipped: eSpeak NG is not installed (apt-get install espeak-ng)')
    this.skip()
  })
  after(() => engine.close())
  afterEach(stop)

  const begin = (settings: object = {}) => start([{ id: 'n', type: 'daisychain-read-aloud', ...settings }], [twin])
  const TEXT = 'One cat sleeps. Another runs, and runs! … Where to?'
  /** A sound's samples as numbers, which encode the text. */
  const said = (sound: unknown) => [...(sound as Audio).data].map((sample) => Math.round(1000 * sample))

  it('sends each sentence when it is spoken, on request, and otherwise all as one sound', async () => {
    await begin({ stream: true })
    const sent = collect('out')
    live('n').receive({ payload: TEXT, topic: 'kept' })
    await until(() => sent.length === 3)
    assert.deepEqual(
      sent.map(({ complete, topic }) => [complete, topic]),
      [
        [false, 'kept'],
        [false, 'kept'],
        [true, 'kept'],
      ],
    )
    const [, whole] = await ask('n', { payload: TEXT, stream: false })
    assert.ok(isAudio(whole.payload) && whole.complete === undefined)
    assert.deepEqual(
      sent.slice(0, 3).flatMap(({ payload }) => said(payload)),
      said(whole.payload),
    )
  })

  it('reads text while it is written, no sentence before its end, and none twice', async () => {
    await begin({ stream: true })
    const sent = collect('out')
    const texts = ['One c', 'One cat sleeps.', 'One cat sleeps. Another runs, and', TEXT.slice(0, -4), TEXT]
    for (const [i, payload] of texts.entries())
      live('n').receive({ _msgid: 'story', payload, complete: i === texts.length - 1 })
    await until(() => sent.some(({ complete }) => complete === true))
    assert.deepEqual(
      sent.map(({ complete }) => complete),
      [false, false, true],
    )
    const [, whole] = await ask('n', { payload: TEXT, stream: 'false' })
    assert.deepEqual(
      sent.slice(0, 3).flatMap(({ payload }) => said(payload)),
      said(whole.payload),
    )
  })

  it('ignores unfinished text unless asked', async () => {
    await begin()
    const sent = collect('out')
    live('n').receive({ _msgid: 'story', payload: 'One cat. Another', complete: false })
    live('n').receive({ _msgid: 'story', payload: 'One cat. Another one.', complete: true })
    await until(() => sent.length === 1)
    assert.match(await refusal('n', { payload: '…', stream: true }), /no words to speak/)
  })
})
