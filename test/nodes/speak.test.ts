import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import speakNode from '../../nodes/speak/speak'
import { speak } from '../../src/sounds'
import { type Audio, isAudio } from '../../src/types'
import { collect, startWith, until } from './pictures'
import { ask, live, refusal, statuses, stop } from './support'

const hasEspeak = spawnSync('espeak-ng', ['--version']).status === 0
const usual = { voice: 'en', speed: 160, pitch: 50 }
const never = new AbortController().signal

describe('daisychain-speak', () => {
  afterEach(stop)
  const start = (settings: object = {}) =>
    startWith([speakNode], [{ id: 'n', type: 'daisychain-speak', wires: [['out']], ...settings }])
  before(function () {
    if (hasEspeak) return
    console.log('      skipped: eSpeak NG is not installed (apt-get install espeak-ng)')
    this.skip()
  })

  it('turns text into sound, in the requested voice and speed', async () => {
    await start()
    const texts = statuses('n')
    const [, sent] = await ask('n', { payload: 'Hello there, said the cat.', mark: 1 })
    const usual = sent.payload as Audio
    assert.ok(isAudio(usual) && usual.channels === 1 && usual.seconds > 0.8 && usual.seconds < 5, String(usual))
    assert.ok(Math.max(...usual.data) > 0.05)
    assert.equal(sent.mark, 1)
    await until(() => texts.some((text) => /^[\d.]+ s of speech$/.test(text)))
    const [, slow] = await ask('n', { payload: 'Hello there, said the cat.', speed: 80 })
    assert.ok((slow.payload as Audio).seconds > 1.3 * usual.seconds)
    const [, german] = await ask('n', { payload: 'Hello there, said the cat.', voice: 'de' })
    assert.notDeepEqual(german.payload, usual)
  })

  it('speaks texts one after the other, and none that is still being written', async () => {
    await start()
    const sent = collect('out')
    for (const msg of [
      { payload: 'One.' },
      { payload: 'A half', complete: false },
      { payload: 'Two.', complete: true, topic: 'second' },
      { payload: 'Three.' },
    ])
      live('n').receive(msg)
    await until(() => sent.length === 3)
    assert.equal(sent[1]?.topic, 'second')
  })

  it('speaks each sentence separately on request, also while the text is written', async () => {
    await start({ stream: true })
    const sent = collect('out')
    live('n').receive({ payload: 'One. Two! …', topic: 'whole' })
    await until(() => sent.length === 2)
    const parts = ['One c', 'One cat. Tw', 'One cat. Two cats. Thr']
    for (const payload of parts) live('n').receive({ _msgid: 'story', payload, complete: false })
    live('n').receive({ _msgid: 'story', payload: 'One cat. Two cats. Three cats.', complete: true })
    await until(() => sent.length === 5)
    assert.deepEqual(
      sent.map(({ complete, topic }) => [complete, topic]),
      [
        [false, 'whole'],
        [true, 'whole'],
        [false, undefined],
        [false, undefined],
        [true, undefined],
      ],
    )
    assert.ok(sent.every(({ payload }) => isAudio(payload)))
    assert.match(await refusal('n', { payload: '…' }), /the text has no words to speak/)
    const [, one] = await ask('n', { payload: 'One. Two.', stream: false })
    assert.equal(one.complete, undefined)
  })

  it('reports in a sentence what it can’t speak', async () => {
    await start()
    const wrong: [Record<string, unknown>, RegExp][] = [
      [{ payload: '' }, /the text has no words to speak/],
      [{ payload: ' … \n' }, /the text has no words to speak/],
      [{ payload: { a: 1 } }, /payload/],
      [{ payload: 'a'.repeat(20_001) }, /has 20001 characters, but at most 20000 are spoken at a time/],
      [{ payload: 'hello', voice: 'klingonish' }, /eSpeak NG has no voice "klingonish"/],
      [{ payload: 'hello', voice: '../../etc/passwd' }, /voice must be a name such as "en"/],
      [{ payload: 'hello', speed: 9000 }, /speed/],
    ]
    for (const [msg, says] of wrong) assert.match(await refusal('n', msg), says)
  })

  it('takes text as text, whatever its contents', async () => {
    for (const text of [
      '--version',
      '<speak><audio src="x"/></speak>',
      '\u0000\u0007 hello',
      '$(touch x) `id`',
      'こんにちは',
      'مرحبا',
    ])
      assert.ok((await speak(text, usual, never)).seconds > 0.1, text)
  })
})

describe('speaking', () => {
  it('says what to install if eSpeak NG is missing', async () => {
    await assert.rejects(
      speak('hello', usual, never, '/nowhere'),
      /speaking needs eSpeak NG, which is not installed: install it/,
    )
  })

  it('ends when nobody waits any longer', async () => {
    const stop = new AbortController()
    stop.abort()
    await assert.rejects(speak('hello', usual, stop.signal))
  })
})
