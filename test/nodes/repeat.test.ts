import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Node, NodeAPI } from 'node-red'
import { createStatus } from '../../nodes/shared/status'
import { sharedEngine } from '../../src/engine'
import { loadUserNodes } from '../../src/models'
import type { Image } from '../../src/types'
import { eventually } from '../browser/support/eventually'
import { fixturesFolder, paint } from '../models/support'
import { _ } from './english'
import { ask, live, type Message, next, refusal, start, statuses, stop } from './support'

describe('a node whose manifest in the user directory repeats a step', () => {
  const engine = sharedEngine()
  let userDir: string
  before(() => {
    userDir = mkdtempSync(join(tmpdir(), 'daisychain-repeat-'))
    cpSync(join(fixturesFolder, 'imagine'), join(userDir, 'daisychain/nodes/imagine'), { recursive: true })
  })
  after(async () => {
    await engine.close()
    rmSync(userDir, { recursive: true })
  })
  afterEach(stop)

  async function begin(settings: object = {}): Promise<void> {
    const { models, problems } = loadUserNodes(userDir, [])
    assert.deepEqual(problems, [])
    await start([{ id: 'n', type: 'daisychain-imagine-twin', ...settings }], models)
  }

  it('turns text into a picture, the same for the same seed', async () => {
    await begin({ steps: '3', seed: '4' })
    const all: string[] = []
    for (const msg of [{}, {}, { seed: 5 }, { payload: 'Ein roter Ball 🎈 赤い玉 '.repeat(400) }, { payload: '' }]) {
      const [where, { payload, error }] = await ask('n', { payload: 'red cat', ...msg })
      assert.equal(where, 'out', error?.message)
      assert.equal(`${payload}`, 'image 64×64 RGB')
      all.push(Buffer.from((payload as Image).data).toString('hex'))
    }
    assert.equal(all[0], all[1])
    assert.equal(new Set(all).size, 4)
  })

  it('reports that text is too long for the model and is truncated', async () => {
    await begin({ steps: '1' })
    const warned: unknown[] = []
    live('n').on('call:warn', ({ args }) => warned.push(args[0]))
    const shown = statuses('n')
    await ask('n', { payload: 'red cat' })
    assert.doesNotMatch(shown.join('\n'), /cut off/)
    for (let i = 0; i < 2; i++) await ask('n', { payload: `${'a red cat and '.repeat(30)}${i}` })
    await eventually(() => assert.match(shown.at(-1) ?? '', /text cut off/))
    assert.equal(warned.length, 1)
    assert.match(String(warned[0]), /^The text is longer than .* can read, so its end was left out/)
  })

  it('sends rough pictures if the message asks for them', async () => {
    await begin()
    const sent: Message[] = []
    live('out').on('input', (msg) => sent.push(msg))
    const answer = next(4)
    live('n').receive({ payload: 'red cat', steps: 4, stream: true, topic: 'kept' })
    await answer
    assert.deepEqual(
      sent.map(({ complete, topic, payload }) => [complete, topic, (payload as Image).width]),
      [
        [false, 'kept', 8],
        [false, 'kept', 8],
        [false, 'kept', 8],
        [true, 'kept', 64],
      ],
    )
    const [where, { complete }] = await ask('n', { payload: 'red cat' })
    assert.deepEqual([where, complete], ['out', undefined])
  })

  it('shows the current step', () => {
    const shown: unknown[] = []
    const status = createStatus({ _ } as NodeAPI, { status: (said: unknown) => shown.push(said) } as unknown as Node)
    status.progress(1, 4)
    status.close()
    assert.deepEqual(shown[0], { fill: 'blue', shape: 'ring', text: 'step 2 of 4' })
  })

  it('stops between two steps, and starts again from the beginning', async () => {
    await begin({ variant: 'euler' })
    const sent: Message[] = []
    live('out').on('input', (msg) => {
      sent.push(msg)
      if (sent.length === 1) live('n').receive({ control: 'stop' })
    })
    const first = next(1)
    live('n').receive({ payload: 'red cat', steps: 50, stream: true })
    await first
    const stopped = statuses('n')
    while (!stopped.some((text) => /stopped/.test(text))) await new Promise((resolve) => setTimeout(resolve, 20))
    const before = sent.length
    assert.ok(before < 50 && sent.every(({ complete }) => complete === false), `${before}`)
    live('n').receive({ control: 'start' })
    while (!sent.at(-1)?.complete) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(sent.length, before + 50)
  })

  it('paints over any picture in a message, once for all that are the same', async () => {
    await begin({ steps: '2', seed: '4' })
    const wide = paint(300, 40, (x, y) => [x % 256, y * 6, 90])
    const plain = (await ask('n', { payload: 'red cat' }))[1].payload as Image
    for (const picture of [wide, paint(1, 1, () => [200]), paint(9, 400, () => [1, 2, 3, 0]), plain]) {
      const [where, { payload, error }] = await ask('n', { payload: 'red cat', picture, strength: 0.5 })
      assert.deepEqual([where, `${payload}`], ['out', 'image 64×64 RGB'], error?.message)
      assert.notDeepEqual((payload as Image).data, plain.data)
    }
    // At full strength nothing of the picture is left, except what the last training timestep keeps.
    const [, { payload: anew }] = await ask('n', { payload: 'red cat', picture: wide, strength: '1' })
    const apart = Array.from((anew as Image).data, (x, i) => Math.abs(x - (plain.data[i] as number)))
    const mean = apart.reduce((sum, x) => sum + x, 0) / apart.length
    assert.ok(mean < 8, `${mean}`)
    for (const picture of [null, undefined, '']) {
      const [, { payload }] = await ask('n', { payload: 'red cat', picture })
      assert.deepEqual((payload as Image).data, plain.data)
    }
  })

  it('reports an invalid picture, strength or size, and continues', async () => {
    await begin({ steps: '2', seed: '4' })
    for (const picture of ['nowhere.png', 5, {}, [], Buffer.from('BM no picture'), true])
      assert.match(
        await refusal('n', { payload: 'red cat', picture }),
        /^Imagine's picture .*(is needed|there is no picture file|damaged|not a picture|cannot be read)/,
      )
    const picture = paint(64, 64, () => [9, 9, 9])
    for (const strength of [-0.1, 1.1, 'much', Number.NaN, {}])
      assert.match(await refusal('n', { payload: 'red cat', picture, strength }), /^Imagine's strength /)
    for (const width of [0, -64, 12, 1e9, 'wide', Number.POSITIVE_INFINITY, 64.5])
      for (const also of [{}, { picture }])
        assert.match(await refusal('n', { payload: 'red cat', width, ...also }), /^Imagine's width /)
    assert.match(await refusal('n', { payload: 'red cat', picture, strength: 0.02 }), /at most 1 steps/)
    const [where] = await ask('n', { payload: 'red cat', picture })
    assert.equal(where, 'out')
  })

  it('declares which size and how many steps it supports', async () => {
    await begin()
    assert.match(
      await refusal('n', { payload: 'red cat', width: 61 }),
      /Imagine's width must be a multiple of 8 \(got 61\)/,
    )
    assert.match(await refusal('n', { payload: 'red cat', steps: 51 }), /steps.*51.*50/)
    assert.match(await refusal('n', { payload: 'red cat', steps: 2.5 }), /steps must be a whole number/)
  })
})
