import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node, NodeAPI, NodeMessage } from 'node-red'
import helper from 'node-red-node-test-helper'
import audioNode from '../../nodes/audio/audio'
import { microphone, speaker } from '../../nodes/audio/device'
import { levelOf } from '../../nodes/audio/level'
import { createPageSource } from '../../nodes/audio/page-source'
import { Audio, isAudio, writeWav } from '../../src/types'
import { sound } from '../types/values'
import { collect, startWith, temporaryFolder, until } from './pictures'
import { ask, live, refusal, statuses, stop } from './support'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

/** A node that holds each message until the test releases it. */
let users = 0
const held: (() => void)[] = []
function holdNode(RED: NodeAPI) {
  RED.nodes.registerType('hold', function (this: Node, config: never) {
    RED.nodes.createNode(this, config)
    this.on('input', (_msg, _send, done) => void held.push(done))
  })
}

describe('daisychain-audio', () => {
  const folder = temporaryFolder()
  const path = (...names: string[]) => join(folder.path, ...names)
  after(() => folder.remove())
  afterEach(async () => {
    for (const done of held.splice(0)) done()
    await stop()
  })

  const start = (settings: object, wires: string[][] = [['out']]) =>
    startWith(
      [audioNode, holdNode],
      [
        { id: 'n', type: 'daisychain-audio', wires, ...settings },
        { id: 'hold', type: 'hold' },
      ],
      { userDir: path(`user ${++users}`) },
    )

  before(() => {
    mkdirSync(path('songs', 'more'), { recursive: true })
    writeFileSync(path('songs', '2.wav'), writeWav(sound(0.5, 8000, 2)))
    writeFileSync(path('songs', '10.wav'), writeWav(sound(1, 8000)))
    writeFileSync(path('songs', 'notes.txt'), 'no sound')
    writeFileSync(path('songs', 'more', 'x.wav'), writeWav(sound(0.1, 96_000, 10)))
  })

  it('sends a whole file at its own rate', async () => {
    await start({ path: path('songs', '2.wav') })
    const texts = statuses('n')
    const [, sent] = await ask('n', { mark: 1 })
    assert.equal(String(sent.payload), 'sound of 0.5 s, 8000 Hz, stereo')
    assert.deepEqual([sent.mark, sent.filename, sent.level], [1, path('songs', '2.wav'), -6])
    // `control` must not stay in the message: a model after it would obey it and discard the sound.
    const [, started] = await ask('n', { mark: 2, control: 'start' })
    assert.deepEqual([started.mark, 'control' in started], [2, false])
    await until(() => texts.includes('-6 dB, 1 sent'))
  })

  it('sends a folder in order, at one rate, mixed down', async () => {
    await start({ path: path('songs'), sampleRate: 16_000, mono: true })
    const got = collect('out')
    live('n').receive({})
    await until(() => got.length === 3)
    assert.deepEqual(
      got.map(({ payload }) => String(payload)),
      ['sound of 0.5 s, 16000 Hz, mono', 'sound of 1 s, 16000 Hz, mono', 'sound of 0.1 s, 16000 Hz, mono'],
    )
  })

  for (const source of ['file', 'message', 'speaker'])
    for (const seconds of source === 'speaker' ? [''] : ['', '0.5'])
      it(`sends what there is of a sound that ends too early, and warns: ${source}, ${seconds || 'whole'}`, async () => {
        const cut = Buffer.from(writeWav(sound(1, 8000)).subarray(0, 44 + 12_800))
        writeFileSync(path('cut.wav'), cut)
        await start({ source, device: 'TEST:', path: path('cut.wav'), seconds })
        const got = collect('out')
        const warnings: string[] = []
        Object.assign(live('n'), { warn: (sentence: unknown) => void warnings.push(String(sentence)) })
        live('n').receive({ payload: cut } as NodeMessage)
        await until(() => got.length === (seconds ? 2 : 1) && warnings.length > 0)
        assert.ok(Math.abs(got.reduce((sum, { payload }) => sum + (payload as Audio).seconds, 0) - 0.8) < 1e-6)
        assert.equal(warnings.length, 1)
        assert.match(warnings[0] as string, /ends too early, after 0.8 of 1 second: the rest is missing/)
      })

  it('skips unreadable files in a folder, and reports them', async () => {
    mkdirSync(path('mixed'))
    writeFileSync(path('mixed', '1.wav'), writeWav(sound(0.1, 8000)))
    writeFileSync(path('mixed', '2.wav'), 'not a sound')
    writeFileSync(path('mixed', '3.wav'), writeWav(sound(0.3, 8000)))
    await start({ path: path('mixed') })
    const got = collect('out')
    const errors: string[] = []
    Object.assign(live('n'), { error: (sentence: unknown) => void errors.push(String(sentence)) })
    live('n').receive({})
    await until(() => got.length === 2)
    assert.deepEqual(
      got.map(({ filename }) => filename),
      [path('mixed', '1.wav'), path('mixed', '3.wav')],
    )
    assert.equal(errors.length, 1)
    assert.match(errors[0] as string, /2\.wav was skipped: .*isn't a sound/)
  })

  it('sends overlapping pieces, also of a message’s sound', async () => {
    await start({ source: 'message', seconds: 0.4, overlap: 0.1 })
    const got = collect('out')
    live('n').receive({ payload: sound(1, 1000, 1, 10) })
    await until(() => got.length === 3)
    assert.deepEqual(
      got.map(({ payload }) => (payload as Audio).seconds),
      [0.4, 0.4, 0.4],
    )
    const starts = got.map(({ parts }) => (parts as { start: number }).start)
    assert.ok(
      starts.every((at, i) => Math.abs(at - i * 0.3) < 1e-9),
      `${starts}`,
    )
    const [first, second] = got.map(({ payload }) => (payload as Audio).data)
    assert.deepEqual(first?.slice(300), second?.slice(0, 100))
    assert.match(await refusal('n', { payload: 'cat' }), /payload is the text "cat", but a sound is needed/)
  })

  it('waits for the flow between two pieces of a file', async () => {
    await start({ source: 'message', seconds: 0.1 }, [['out', 'hold']])
    const got = collect('out')
    live('n').receive({ payload: sound(0.5, 1000, 1, 10) })
    await until(() => held.length === 1)
    assert.equal(got.length, 1)
    held.shift()?.()
    await until(() => held.length === 1)
    assert.equal(got.length, 2)
    live('n').receive({ control: 'stop' })
    held.shift()?.()
  })

  it('reports errors', async () => {
    await start({ path: path('none.wav') })
    assert.match(await refusal('n', {}), /none.wav/)
    assert.match(await refusal('n', { filename: path('songs', 'notes.txt') }), /isn't a sound that Daisychain can read/)
    assert.match(await refusal('n', { control: 'dance' }), /control is "dance", but must be start or stop/)
    await stop()
    await start({ source: 'message', seconds: 1, overlap: 2 })
    assert.match(await refusal('n', { payload: sound() }), /overlap must be from 0 to less than the 1 seconds/)
  })

  it('streams a microphone, with the latest piece for a slow flow, until it is stopped', async function () {
    if (!hasFfmpeg) this.skip()
    await start({ source: 'local', device: 'TEST:1000', seconds: 0.2 }, [['out', 'hold']])
    const texts = statuses('n')
    const got = collect('out')
    await until(() => texts.some((text) => /left out/.test(text)))
    assert.equal(got.length, 1)
    held.shift()?.()
    await until(() => got.length === 2)
    const { payload, level } = got[1] as { payload: Audio; level: number }
    assert.deepEqual([payload.sampleRate, payload.channels, payload.seconds], [16_000, 1, 0.2])
    assert.ok(level < -17 && level > -19, `${level} dB`)
    live('n').receive({ control: 'stop' })
    await until(() => texts.some((text) => /^stopped after 2/.test(text)))
  })

  it('reports once that a microphone is missing, and retries', async function () {
    if (!hasFfmpeg || process.platform !== 'linux') this.skip()
    await start({ source: 'local', device: 'no-such-microphone' })
    const texts = statuses('n')
    await until(() => texts.some((text) => /retrying/.test(text)))
  })

  it('plays sounds one after the other', async function () {
    if (!hasFfmpeg) this.skip()
    await start({ source: 'speaker', device: 'TEST:' })
    const [, sent] = await ask('n', { payload: sound(0.2), mark: 2 })
    assert.ok(isAudio(sent.payload))
    assert.equal(sent.mark, 2)
    assert.match(await refusal('n', { payload: 7 }), /a sound is needed/)
  })

  it('accepts sound only from its own page', async () => {
    await start({ source: 'browser', seconds: 0.5 })
    const got = collect('out')
    const { body } = await helper.request().post('/daisychain-audio/n/key').expect(200)
    const send = (key: string, samples: Float32Array) =>
      helper
        .request()
        .post('/daisychain-audio/n/frame')
        .set('x-daisychain-key', key)
        .set('content-type', 'application/octet-stream')
        .send(Buffer.from(samples.buffer))
    await send('wrong', new Float32Array(4)).expect(403)
    const tone = sound(0.5, 16_000).data
    const { body: asked } = await send(body.key, tone.slice(0, 4000)).expect(200)
    assert.deepEqual(asked, { rate: 16_000, name: 'audio' })
    await send(body.key, tone.slice(4000)).expect(200)
    await until(() => got.length === 1)
    assert.deepEqual((got.at(0) as { payload: Audio }).payload.data, tone)
    const texts = statuses('n')
    await send(body.key, Float32Array.of(0, Number.NaN)).expect(200)
    await until(() => texts.some((text) => /samples must be numbers/.test(text)))
    await send(body.key, tone).expect(200)
    await until(() => got.length === 2)
    const { text } = await helper.request().get('/daisychain-audio/n/page').set('accept-language', 'de').expect(200)
    assert.match(text, /lang="de"[\s\S]*Drücke Start und erlaube das Mikrofon/)
  })
})

describe('names of microphones and loudspeakers', () => {
  it('are passed to ffmpeg for each system', () => {
    assert.deepEqual(microphone('', 'linux'), ['-f', 'alsa', '-i', 'default'])
    assert.deepEqual(microphone('pulse:', 'linux'), ['-f', 'pulse', '-i', 'default'])
    assert.deepEqual(microphone('hw:1,0', 'linux'), ['-f', 'alsa', '-i', 'hw:1,0'])
    assert.deepEqual(microphone('', 'darwin'), ['-f', 'avfoundation', '-i', ':default'])
    assert.deepEqual(microphone('Mikrofon (USB)', 'win32'), ['-f', 'dshow', '-i', 'audio=Mikrofon (USB)'])
    assert.deepEqual(speaker('', 'linux'), ['-f', 'alsa', 'default'])
    assert.throws(() => speaker('', 'win32'), /Linux and macOS only: play sounds on a served page/)
    assert.throws(() => microphone('', 'aix'), /use a browser's microphone instead/)
  })
  it('can’t be options or paths', () => {
    for (const name of ['-y', '/etc/passwd', 'a;b', 'a\nb', 'x'.repeat(121)])
      assert.throws(() => microphone(name, 'linux'), /isn't the name of a microphone/, name)
  })
})

describe('levelOf', () => {
  const flat = (sample: number) => new Audio({ sampleRate: 10, channels: 1, data: Float32Array.of(0, -sample) })
  it('is in decibels', () => {
    assert.deepEqual(
      [1, 0.5, 0.1, 0].map((sample) => levelOf(flat(sample))),
      [0, -6, -20, -90],
    )
  })
})

describe('the page of a microphone', () => {
  it('keeps at most ten seconds for a flow that isn’t ready', async () => {
    const page = createPageSource()
    const stop = new AbortController()
    const parts = page.parts(stop.signal)
    const first = parts.next()
    page.take(Buffer.from(new Float32Array(10).fill(0.5).buffer), 10)
    assert.equal((await first).value?.seconds, 1)
    for (let i = 0; i < 30; i++) page.take(Buffer.from(new Float32Array(10).fill(i / 100).buffer), 10)
    const { value } = await parts.next()
    assert.ok(Math.abs(((value as Audio).data[0] as number) - 0.2) < 1e-6)
    const last = parts.return(undefined)
    stop.abort()
    await last
  })
})
