import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mock } from 'node:test'
import type { NodeAPI } from 'node-red'
import { forgetResult, keepResult, lastResult, resultTimes, traceOf } from '../../nodes/shared/last-results'
import { createPreview } from '../../nodes/shared/preview'
import { asSentence, brief, NARROW } from '../../nodes/shared/sentence'
import { throttle } from '../../nodes/shared/throttle'
import { EngineError } from '../../src/engine'
import { Image, ValueError } from '../../src/types'
import { paint } from '../models/support'

const until = async (test: () => boolean) => {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('throttle', () => {
  it('passes the first at once and the last in the end, and few in between', async () => {
    const passed: number[] = []
    const call = throttle(20, (value: number) => passed.push(value))
    for (let i = 0; i < 1000; i++) call(i)
    assert.deepEqual(passed, [0])
    await until(() => passed.includes(999))
    assert.deepEqual(passed, [0, 999])
  })

  it('passes the next of regular values, rather than one that waited', async () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    const clock = mock.method(performance, 'now', () => now)
    let now = 0
    try {
      const passed: [number, number][] = []
      const call = throttle(250, (value: number) => passed.push([now, value]))
      const goOn = (until: number) => {
        while (now < until) {
          now++
          mock.timers.tick(1)
        }
      }
      // One value every 110 ms: at 250 ms the third (from 220 ms) waits, but the fourth is due at 330 ms and
      // passes instead.
      for (let i = 0; i < 6; i++) {
        call(i)
        goOn(110 * (i + 1))
      }
      assert.deepEqual(passed, [
        [0, 0],
        [330, 3],
      ])
      // No more values come, so the last one passes.
      goOn(1000)
      assert.deepEqual(passed.at(-1)?.[1], 5)
      assert.equal(passed.length, 3)
      // Two values don't make a rhythm: the second waits no longer than the interval.
      goOn(5000)
      call(6)
      goOn(5200)
      call(7)
      goOn(6000)
      assert.deepEqual(passed.slice(3), [
        [5000, 6],
        [5250, 7],
      ])
    } finally {
      clock.mock.restore()
      mock.timers.reset()
    }
  })

  it('forgets a held value when it is cancelled', async () => {
    const passed: number[] = []
    const call = throttle(5, (value: number) => passed.push(value))
    call(1)
    call(2)
    call.cancel()
    call(3)
    await until(() => passed.length === 2)
    assert.deepEqual(passed, [1, 3])
  })
})

describe('createPreview', () => {
  const sent: [string, { image?: string; text?: string }, boolean | undefined][] = []
  const events = new EventEmitter()
  /** The ids of the nodes that exist after a deploy. */
  const here = new Set<string>()
  const RED = {
    comms: { publish: (...args: never) => sent.push(args) },
    log: { debug() {} },
    nodes: { getNode: (id: string) => (here.has(id) ? {} : null) },
    events,
  } as unknown as NodeAPI
  const look = (session: string, isSeen = true) =>
    events.emit('comms:message:daisychain/watching', { session, data: isSeen })
  const leave = (session: string) => events.emit('comms:connection-removed', { session })
  beforeEach(() => {
    events.emit('flows:started') // removes the previous test's nodes
    sent.splice(0)
    look('editor')
  })
  afterEach(() => leave('editor'))

  it('makes nothing while nobody is watching, and the last picture when someone starts to', async () => {
    leave('editor')
    const preview = createPreview(RED, 'unseen')
    const render = () => new Promise((resolve) => setTimeout(resolve, 100))
    for (const shade of [1, 2, 200])
      preview.show(
        paint(50, 30, () => [shade, shade, shade]),
        { ms: shade },
      )
    await render()
    assert.deepEqual(sent, [])
    look('hidden', false)
    await render()
    assert.deepEqual(sent, [])
    look('another')
    await until(() => sent.length === 1)
    const [, { image, ms }] = sent[0] as unknown as [string, { image: string; ms: number }]
    assert.deepEqual([image.slice(0, 15), ms], ['data:image/jpeg', 200])
    look('another', false)
    preview.show(paint(50, 30, () => [7, 7, 7]))
    await render()
    assert.equal(sent.length, 1)
    preview.close()
    sent.splice(0)
    look('another')
    await render()
    assert.deepEqual(sent, [], 'nothing of a node that is gone')
    leave('another')
  })

  it('makes pictures at once that are too large to be kept', async () => {
    leave('editor')
    const preview = createPreview(RED, 'large')
    preview.show(new Image({ width: 5000, height: 4500, channels: 3, data: new Uint8Array(5000 * 4500 * 3) }))
    await until(() => sent.length === 1)
    preview.close()
  })

  it('publishes a small picture, kept for editors that open later', async () => {
    const preview = createPreview(RED, 'abc')
    preview.show(paint(500, 300, () => [1, 2, 3]))
    await until(() => sent.length === 1)
    const [topic, { image }, retained] = sent[0] as (typeof sent)[number]
    assert.equal(topic, 'daisychain/preview/abc')
    assert.match(image ?? '', /^data:image\/jpeg;base64,/)
    assert.equal(retained, true)
    preview.close()
    assert.equal(sent.length, 1)
    events.emit('flows:started')
    assert.deepEqual(sent[1], ['daisychain/preview/abc', {}, false])
  })

  it('limits traffic to the editor: thirty results a second become four small pictures', async () => {
    const preview = createPreview(RED, 'busy')
    const noise = paint(512, 512, (x, y) => [(x * 7) % 256, (y * 13) % 256, (x * y) % 256])
    const began = Date.now()
    for (let i = 0; i < 45; i++) {
      preview.show(noise)
      await new Promise((resolve) => setTimeout(resolve, 33))
    }
    const seconds = (Date.now() - began) / 1000
    preview.close()
    const pictures = sent.filter(([, { image }]) => image)
    assert.ok(pictures.length <= Math.ceil(seconds * 4) + 1, `${pictures.length} in ${seconds} s`)
    for (const [, content] of pictures) assert.ok(JSON.stringify(content).length < 40_000)
  })

  it('keeps the last result in full, and forgets it with the node or if previews are off', async () => {
    const preview = createPreview(RED, 'kept')
    const picture = paint(500, 300, () => [1, 2, 3])
    preview.show(picture, { ms: 5, device: 'cpu' })
    assert.equal(lastResult('kept')?.outputs[0]?.value, picture)
    assert.equal(lastResult('kept')?.ms, 5)
    preview.close()
    here.add('kept')
    events.emit('flows:started')
    assert.equal(lastResult('kept')?.outputs[0]?.value, picture, 'it was deployed again')
    assert.deepEqual(
      sent.filter(([, content]) => !content.image),
      [],
    )
    createPreview(RED, 'kept').close()
    here.delete('kept')
    events.emit('flows:started')
    assert.equal(lastResult('kept'), undefined)
    createPreview(RED, 'off', false).show(picture)
    assert.equal(lastResult('off'), undefined)
  })

  it('keeps only as much as allowed, the newest', () => {
    const large = new Image({ width: 5000, height: 4000, channels: 3, data: new Uint8Array(6e7) })
    for (let i = 0; i < 6; i++) keepResult(`many-${i}`, { at: i, outputs: [{ name: '', value: large }] })
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].filter((i) => lastResult(`many-${i}`)),
      [2, 3, 4, 5],
    )
    const huge = new Image({ width: 10_000, height: 8000, channels: 1, data: new Uint8Array(8e7) })
    keepResult('huge', { at: 1, outputs: [{ name: 'x', value: huge }] })
    assert.deepEqual(lastResult('huge')?.outputs[0]?.value, undefined)
    for (let at = 1; at <= 20; at++)
      keepResult('often', { at, outputs: [{ name: '', value: `${at}` }] }, { input: { at }, sent: [] })
    assert.deepEqual(resultTimes('often'), [20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9])
    assert.deepEqual(
      [lastResult('often')?.at, lastResult('often', 12)?.outputs[0]?.value, lastResult('often', 3)],
      [20, '12', undefined],
    )
    assert.deepEqual([traceOf('often', 12)?.input, traceOf('huge')], [{ at: 12 }, null])
    keepResult('often', { at: 21, unfinished: true, outputs: [{ name: '', value: 'Once' }] })
    keepResult('often', { at: 22, outputs: [{ name: '', value: 'Once more' }] })
    assert.deepEqual(resultTimes('often').slice(0, 2), [22, 20], 'what was unfinished is gone')
    forgetResult('often')
    assert.deepEqual(resultTimes('often'), [])
    for (const id of ['huge', 'many-2', 'many-3', 'many-4', 'many-5']) forgetResult(id)
  })

  it('publishes the beginning of text, and nothing for other values', async () => {
    const preview = createPreview(RED, 'abc')
    preview.show([1, 2])
    preview.show('x'.repeat(500))
    await until(() => sent.length === 1)
    assert.equal(sent[0]?.[1].text, 'x'.repeat(200))
    preview.close()
  })

  it('publishes what text adds to the one that it continues', async () => {
    const preview = createPreview(RED, 'abc')
    const after = 'a room with a cat'
    for (const [value, text] of [
      ['a room with a cat. Tom sat down.', '… Tom sat down.'],
      ['a room with a cat “Tom”', '… “Tom”'],
      ['a room with a cat .', 'a room with a cat .'],
      ['another room', 'another room'],
    ]) {
      sent.splice(0)
      preview.showAll([{ name: 'text', value, after }])
      await until(() => sent.length === 1)
      assert.equal(sent[0]?.[1].text, text)
    }
    preview.close()
  })

  it('sends nothing after it was closed', async () => {
    const preview = createPreview(RED, 'abc')
    preview.show(paint(500, 300, () => [1, 2, 3]))
    preview.close()
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.deepEqual(sent, [])
  })
})

describe('brief', () => {
  const cases: [whole: string, short: string][] = [
    ['rate must be a number from 0 to 60 (got "x")', 'rate must be a number from 0 to 60 (got "x")'],
    [
      'payload is the text "a cat on a mat", but a label map is needed.',
      'payload is the text "a cat on a mat", but a label map is needed.',
    ],
    [
      '/srv/installation/of/tonight/x.jsonl cannot be written, because the disk is full.',
      '…/x.jsonl cannot be written, because the disk is full.',
    ],
    ['C:\\Users\\somebody\\Pictures\\of cats\\cat.png does not exist.', '…/of cats\\cat.png does not exist.'],
    ['https://models.example/a/long/way/to/m.onnx could not be downloaded.', '…/m.onnx could not be downloaded.'],
    [`It failed ${'again and '.repeat(13)}again.`, `It failed ${'again and '.repeat(13).trimEnd()}…`],
    ['猫'.repeat(150), `${'猫'.repeat(140)}…`],
    ['😀'.repeat(150), `${'😀'.repeat(140)}…`],
  ]
  for (const [whole, short] of cases) it(`${whole} → ${short}`, () => assert.equal(brief(whole), short))

  it('leaves room for more text on request', () => {
    assert.equal(
      brief('payload is the text "a cat on a mat", but a label map is needed', NARROW),
      'payload is the text "a cat on a mat", but a…',
    )
  })
})

describe('asSentence', () => {
  it('gives a Catch node the bare sentence', () => {
    const plain = asSentence(new ValueError('z is missing'))
    assert.equal(`${plain}`, 'z is missing.')
    assert.deepEqual([plain.message, Object.hasOwn(plain, 'stack')], ['z is missing.', false])
    assert.ok(!(plain instanceof Error), 'the debug sidebar shows Errors as records')
    assert.equal(`${asSentence(new EngineError('closed', 'It is closed.'))}`, 'It is closed.')
    assert.equal((asSentence(new EngineError('closed', 'It is closed.')) as EngineError).code, 'closed')
  })

  it('doesn’t change bugs of ours', () => {
    const mistake = new TypeError('x is not a function')
    assert.equal(asSentence(mistake), mistake)
  })
})
