import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node, NodeAPI } from 'node-red'
import cueNode from '../../nodes/cue/cue'
import { readAssignments, writeAssignments } from '../../nodes/cue/editor/assignments'
import { findCue, lastDue, readCues, valuesAt } from '../../nodes/cue/fade'
import { allDeclarations } from '../../src/declarations'
import { checkFlow, readFlow } from '../../src/flow'
import { eventually } from '../browser/support/eventually'
import { packageFolder } from '../browser/support/versions'
import { startWith, temporaryFolder } from './pictures'
import { ask, live, type Message, refusal, stop } from './support'

const changeNode = require('@node-red/nodes/core/function/15-change.js') as (RED: NodeAPI) => void

const CUES = [
  { name: 'day', values: { truncation: 1, hue: 0, blur: 0, brightness: 100 } },
  { name: 'night', at: '18:30', values: { truncation: 0.2, hue: 120, blur: 4, brightness: 40 } },
]
const at = (time: string) => new Date(`2026-05-04T${time}`).getTime()

describe('cross-fades', () => {
  const fade = {
    from: { a: 0, word: 'x', list: [0, 10], stays: 7 },
    to: { a: 10, word: 'y', list: [10, 0], b: 3 },
    began: 1000,
    lasts: 4000,
  }

  it('change numbers and lists evenly, words halfway, and leave other options', () => {
    assert.deepEqual(valuesAt(fade, 2000), { a: 2.5, word: 'x', list: [2.5, 7.5], stays: 7, b: 3 })
    assert.deepEqual(valuesAt(fade, 3000), { a: 5, word: 'y', list: [5, 5], stays: 7, b: 3 })
    for (const late of [5000, 10 ** 12]) assert.deepEqual(valuesAt(fade, late), { ...fade.to, stays: 7 })
    assert.deepEqual(valuesAt(fade, 0), { ...fade.to, stays: 7 }, 'a clock that was set back')
    assert.deepEqual(valuesAt({ ...fade, to: { a: 'word', list: [1] } }, 2000), fade.from, 'other kinds change halfway')
  })

  it('start at a time of day, beginning with the last one that was missed', () => {
    const cues = readCues([...CUES, { name: 'morning', at: '07:00', values: {} }])
    assert.equal(lastDue(cues, at('18:29:59'), at('18:30')), 1)
    assert.equal(lastDue(cues, at('18:30'), at('18:31')), -1, 'once')
    assert.equal(lastDue(cues, at('06:00'), at('23:00')), 1, 'off all day')
    assert.equal(lastDue(cues, at('06:00'), at('12:00')), 2)
    assert.equal(lastDue(cues, at('20:00') - 86_400_000, at('03:00')), -1)
    assert.equal(lastDue(cues, at('12:00') - 86_400_000, at('03:00')), 1, 'over midnight')
  })

  it('are found by name or number; anything else is refused with a list of the cues', () => {
    const cues = readCues(CUES)
    assert.deepEqual([findCue(cues, 'night'), findCue(cues, 2), findCue(cues, '1')], [1, 1, 0])
    for (const wrong of ['dusk', 0, 3, 1.5, '', null, {}, Number.NaN, '__proto__'])
      assert.throws(() => findCue(cues, wrong), /there is no cue .*: this node has 1 "day", 2 "night"/)
    assert.throws(() => findCue([], 1), /this node has none/)
    assert.throws(
      () => readCues([{ name: 'x', at: '25:00' }]),
      /the time of the cue "x" must look like 18:30 \(got "25:00"\)/,
    )
    assert.throws(
      () => readCues([{ values: 'hue 3' }]),
      /the values of the cue "1" must look like truncation = 0\.5.*got "hue 3"/,
    )
    assert.throws(() => readCues([{ values: [1] }]), /the values of the cue "1" must be an object/)
    assert.throws(() => readCues('x'), /cues must be a list/)
  })
})

describe('a cue’s values as typed', () => {
  it('are the same after writing and reading', () => {
    for (const values of [
      { truncation: 0.5, mood: 'bright', shown: false, z: [0, -1.5], none: [] },
      { caption: 'a bed, a "red" lamp\nand a chair', number: '5', truth: 'true', spaced: ' a ', empty: '' },
      { bracket: '[x', formula: 'a = b', 'image.width': 3 },
    ])
      assert.deepEqual(readAssignments(writeAssignments(values)), { values, wrong: '' })
  })

  it('name what can’t be parsed', () => {
    for (const wrong of [
      'truncation',
      '= 3',
      'z = [1, 2',
      'z = [1, x]',
      'caption = "a',
      'a = {"b": 1, "c": 2}',
      '1a = 2',
    ])
      assert.notEqual(readAssignments(`hue = 1, ${wrong}`).wrong, '', wrong)
    assert.equal(writeAssignments('z = [1'), 'z = [1')
  })
})

describe('the checker', () => {
  it('knows a cue’s options', () => {
    const problems = (type: object) => {
      const ports = { inputs: [], outputs: [[{ property: 'truncation', name: 'truncation', type }], []] }
      const nodes = [
        { id: 'l', type: 'daisychain-latent', wires: [['n']] },
        { id: 'n', type: 'daisychain-cue', ports, wires: [['s'], []] },
        { id: 's', type: 'daisychain-stylegan', wires: [[]] },
      ]
      const graph = readFlow([{ id: 'tab', type: 'tab' }, ...nodes.map((node) => ({ z: 'tab', x: 1, y: 1, ...node }))])
      return checkFlow(graph, allDeclarations()).problems.map(({ message }) => message)
    }
    assert.deepEqual(problems({ type: 'number', min: 0.2, max: 1 }), [])
    assert.match(problems({ type: 'number', min: 2, max: 3 }).join(), /truncation/)
    assert.match(problems({ type: 'image' }).join(), /truncation/)
  })

  it('knows that messages for the node itself aren’t passed on', () => {
    const problems = (props: object[]) => {
      const nodes = [
        { id: 'i', type: 'inject', props, wires: [['n']] },
        { id: 'l', type: 'daisychain-latent', wires: [['n']] },
        { id: 'n', type: 'daisychain-cue', wires: [['s'], []] },
        { id: 's', type: 'daisychain-stylegan', wires: [[]] },
      ]
      const graph = readFlow([{ id: 'tab', type: 'tab' }, ...nodes.map((node) => ({ z: 'tab', x: 1, y: 1, ...node }))])
      return checkFlow(graph, allDeclarations()).problems.length
    }
    assert.equal(problems([{ p: 'cue', v: 'night', vt: 'str' }]), 0)
    assert.equal(problems([{ p: 'control', v: 'next', vt: 'str' }]), 0)
    assert.equal(problems([{ p: 'topic', v: 'night', vt: 'str' }]), 1)
  })
})

describe('daisychain-cue', () => {
  const folder = temporaryFolder()
  const start = (settings: object = {}) =>
    startWith(
      [cueNode],
      [
        { id: 'n', type: 'daisychain-cue', wires: [['out'], ['values']], seconds: 0, cues: CUES, ...settings },
        { id: 'values', type: 'helper' },
      ],
      { userDir: folder.path },
    )
  afterEach(stop)
  after(() => folder.remove())

  /** All messages at a node, up to the first that matches. */
  function until(id: string, fits: (msg: Message) => boolean): Promise<Message[]> {
    const seen: Message[] = []
    return new Promise((resolve) =>
      live(id).on('input', (msg) => {
        seen.push(msg)
        if (fits(msg)) resolve(seen)
      }),
    )
  }

  it('adds the options of the first cue to messages, then those of the cue that a message names', async () => {
    await start({ again: false })
    const [, first] = await ask('n', { payload: 'room' })
    assert.deepEqual([first.payload, first.truncation, first.hue], ['room', 1, 0])
    live('n').receive({ cue: 'night' })
    const [, second] = await ask('n', { payload: 'room' })
    assert.deepEqual([second.truncation, second.blur, second.cue], [0.2, 4, undefined])
    live('n').receive({ control: 'next' })
    assert.equal((await ask('n', {}))[1].truncation, 1)
    live('n').receive({ control: 'previous' })
    assert.equal((await ask('n', {}))[1].truncation, 0.2)
  })

  it('fades four options evenly, no faster than the rate, and ends at the cue', async () => {
    await start({ rate: 20 })
    live('n').receive({ cue: 1 })
    await ask('n', {})
    const arrived = until('values', ({ payload }) => (payload as { hue: number }).hue === 120)
    const began = Date.now()
    live('n').receive({ cue: 'night', seconds: 0.5 })
    const seen = await arrived
    assert.ok(seen.length <= 2 + (Date.now() - began) / 50, `${seen.length} messages`)
    assert.deepEqual(seen.at(-1)?.payload, CUES[1]?.values)
    for (const { payload, cue } of seen) {
      const { truncation, hue, blur, brightness } = payload as Record<string, number>
      const way = (hue as number) / 120
      assert.equal(cue, 'night')
      assert.ok(Math.abs((truncation as number) - (1 - 0.8 * way)) < 1e-9)
      assert.ok(
        Math.abs((blur as number) - 4 * way) < 1e-9 && Math.abs((brightness as number) - (100 - 60 * way)) < 1e-9,
      )
    }
  })

  it('resends the last message while options change, and with their final values', async () => {
    await start({ rate: 20 })
    live('n').receive({ cue: 1 })
    await ask('n', { payload: 'room', mark: 1 })
    const arrived = until('out', ({ hue }) => hue === 120)
    live('n').receive({ cue: 2, seconds: 0.4 })
    const seen = await arrived
    assert.ok(seen.every(({ payload, mark }) => payload === 'room' && mark === 1))
    assert.equal(new Set(seen.map(({ _msgid }) => _msgid)).size, seen.length)
  })

  it('moves a lamp too, as on the installations’ page', async () => {
    const file = join(packageFolder, 'docs/installations/lights.json')
    const flow = JSON.parse(readFileSync(file, 'utf8')) as { id: string; type: string; wires?: string[][] }[]
    const of = (type: string) => flow.find((node) => node.type === type) as (typeof flow)[number]
    const lit: unknown[] = []
    const lamp = (RED: NodeAPI) => {
      RED.nodes.registerType('Art-Net Out', function (this: Node, config: never) {
        RED.nodes.createNode(this, config)
        this.on('input', ({ payload }) => lit.push(payload))
      })
    }
    await startWith(
      [cueNode, changeNode, lamp],
      [{ ...of('daisychain-cue'), seconds: 0.3 }, of('change'), of('Art-Net Out')],
    )
    live(of('daisychain-cue').id).receive({ cue: 'wild' })
    const buckets = (...values: number[]) => ({ buckets: values.map((value, i) => ({ channel: i + 1, value })) })
    await eventually(() => assert.deepEqual(lit.at(-1), buckets(255, 120, 0)))
    assert.ok(lit.length > 2, 'on the way')
    for (const { value } of lit.flatMap((payload) => (payload as ReturnType<typeof buckets>).buckets))
      assert.ok(Number.isInteger(value) && value >= 0 && value <= 255, `${value}`)
  })

  it('stops at the current values', async () => {
    await start({ again: false })
    live('n').receive({ cue: 1 })
    live('n').receive({ cue: 2, seconds: 1000 })
    live('n').receive({ control: 'stop' })
    const [, { hue }] = await ask('n', {})
    assert.ok((hue as number) < 12, `${hue}`)
    assert.equal((await ask('n', {}))[1].hue, hue)
  })

  it('continues after a deploy at the current time, with the cue’s current values', async () => {
    await start()
    live('n').receive({ cue: 1 })
    live('n').receive({ cue: 'night', seconds: 1000 })
    await stop()
    await start()
    const [, on] = await ask('n', {})
    assert.ok((on.hue as number) > 0 && (on.hue as number) < 12, `${on.hue}`)
    live('n').receive({ cue: 'night' })
    await stop()
    await start({ cues: [CUES[0], { ...CUES[1], values: { hue: 240 } }] })
    assert.deepEqual([(await ask('n', {}))[1].hue, (await ask('n', {}))[1].truncation], [240, 0.2])
    await stop()
    await start({ cues: [{ name: 'other', values: { hue: 1 } }] })
    assert.equal((await ask('n', {}))[1].hue, 1, 'a cue that is gone')
  })

  it('refuses anything but a cue, time or control with a sentence', async () => {
    await start()
    assert.match(await refusal('n', { cue: 'dusk' }), /there is no cue "dusk": this node has 1 "day", 2 "night"/)
    assert.match(await refusal('n', { cue: 1, seconds: 'long' }), /seconds must be a number from 0 to 86400/)
    assert.match(await refusal('n', { control: 'go' }), /control is "go", but must be next, previous or stop/)
    await stop()
    await start({ cues: [{ name: 'x', at: 'noon' }] })
    assert.match(await refusal('n', { cue: 1 }), /the time of the cue "x" must look like 18:30/)
  })

  it('uses the time in a message if there is one', async () => {
    await start({ seconds: 1000, again: false })
    for (const unset of ['', null, undefined]) {
      live('n').receive({ cue: 1, seconds: 0 })
      live('n').receive({ cue: 2, seconds: unset })
      assert.ok(((await ask('n', {}))[1].hue as number) < 12)
    }
    live('n').receive({ cue: 2, seconds: '0' })
    assert.equal((await ask('n', {}))[1].hue, 120)
    for (const wrong of [true, [], 'x', -1, 86_401])
      assert.match(await refusal('n', { cue: 1, seconds: wrong }), /seconds must be a number from 0 to 86400 \(got /)
  })

  it('goes to a key’s cue by position, whatever the cues’ names', async () => {
    const called = (name: string, hue: number) => ({ name, values: { hue } })
    await start({ cues: [called('2', 1), called('1', 2)] })
    ;(live('n') as unknown as { takeFrame(bytes: Buffer): void }).takeFrame(Buffer.from('2'))
    assert.equal((await ask('n', {}))[1].hue, 2)
  })

  it('starts a cue once that was due while it was off', async () => {
    const now = Date.now
    Date.now = () => now() - 2 * 86_400_000
    try {
      await start()
      live('n').receive({ cue: 'day' })
      await stop()
    } finally {
      Date.now = now
    }
    const began = performance.now()
    await start({ rate: 20, seconds: 0.5 })
    const seen = await until('values', ({ payload }) => (payload as { hue: number }).hue === 120)
    assert.ok(seen.length <= 2 + (performance.now() - began) / 50, `${seen.length} messages`)
  })

  it('accepts its page’s keys', async () => {
    await start()
    const page = live('n') as unknown as { takeFrame(bytes: Buffer): void; page: Record<string, unknown> }
    page.takeFrame(Buffer.from('2'))
    assert.deepEqual([page.page.place, page.page.cues], [1, '["day","night"]'])
    page.takeFrame(Buffer.from('next'))
    page.takeFrame(Buffer.from('nonsense'.repeat(10_000)))
    assert.equal(page.page.place, 0)
  })
})
