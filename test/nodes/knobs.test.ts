import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import helper from 'node-red-node-test-helper'
import OSC from 'osc-js'
import { createGate } from '../../nodes/knobs/gate'
import knobsNode from '../../nodes/knobs/knobs'
import { readMidi } from '../../nodes/knobs/midi'
import { optionValue, readKnobs } from '../../nodes/knobs/read-knobs'
import { allDeclarations } from '../../src/declarations'
import { refuseStrangers } from '../../src/files'
import { createChecker, readFlow } from '../../src/flow'
import { collect, startWith, temporaryFolder, until } from './pictures'
import { ask, live, type Message, refusal, statuses, stop } from './support'

const row = (control: string, option: string, more = {}) => ({ control, option, from: 0, to: 1, ...more })

describe('knobs', () => {
  const [knob] = readKnobs([{ control: 'cc/1/7', option: 'truncation', from: 1, to: 0.2 }])
  const [whole] = readKnobs([row('x', 'seed', { to: '999', step: 1 })])
  const [plain] = readKnobs([{ control: 'x', option: 'prompt', from: '', to: '' }])
  const value = (of: typeof knob, sent: unknown) => optionValue(of as NonNullable<typeof knob>, sent)

  it('go from one end to the other, in steps, or pass values on', () => {
    assert.deepEqual(
      [0, 0.5, 1, true].map((sent) => value(knob, sent)),
      [1, 0.6, 0.2, 0.2],
    )
    assert.deepEqual(
      [0, 0.5, 1].map((sent) => value(whole, sent)),
      [0, 500, 999],
    )
    assert.equal(value({ ...whole, step: 0.1, between: [0, 1] } as typeof knob, 0.33), 0.3)
    assert.deepEqual([value(plain, 'a bed'), value(plain, 64)], ['a bed', 64])
    for (const sent of [64, -0.1, 'x', null, Number.NaN, Number.POSITIVE_INFINITY, {}])
      assert.throws(() => value(knob, sent), /"cc\/1\/7" sends .*, but a knob goes from 0 to 1: leave from and to/)
  })

  it('are refused in a sentence if a row is invalid', () => {
    const wrong: [unknown, RegExp][] = [
      ['x', /knobs must be a list/],
      [[null], /each row must name a control/],
      [[row('', 'a')], /each row must name a control/],
      [[row('a', 'x y')], /the option of "a" must be a name such as truncation \(got "x y"\)/],
      [[row('a', 'b', { to: '' })], /the range of "a" must be two numbers, or empty/],
      [[row('a', 'b', { to: 'x' })], /the range of "a" must be two numbers/],
    ]
    for (const [rows, sentence] of wrong) assert.throws(() => readKnobs(rows), sentence)
  })

  it('for MIDI have a name and go from 0 to 1; a clock isn’t a knob', () => {
    const table: [number[], object | null][] = [
      [[0xb0, 7, 127], { topic: 'cc/1/7', value: 1 }],
      [[0xbf, 0, 0], { topic: 'cc/16/0', value: 0 }],
      [[0x91, 60, 127], { topic: 'note/2/60', value: 1 }],
      [[0x80, 60, 64], { topic: 'note/1/60', value: 0 }],
      [[0xe0, 127, 127], { topic: 'bend/1', value: 1 }],
      [[0xc0, 5], { topic: 'program/1', value: 5 }],
      [[0xd0, 127], { topic: 'pressure/1', value: 1 }],
      [[0xf8], null],
      [[0xf0, 1, 2, 0xf7], null],
      [[], null],
    ]
    for (const [bytes, read] of table) assert.deepEqual(readMidi(bytes), read)
  })

  it('that flood are reduced to the newest value of each, while no earlier button press is lost', async () => {
    const passed: [string, unknown][] = []
    const gate = createGate(({ topic, value }) => passed.push([topic, value]))
    gate.take({ topic: 'button', value: 1 })
    gate.take({ topic: 'button', value: 0 })
    for (let i = 0; i < 100_000; i++) gate.take({ topic: `knob ${i % 4}`, value: i })
    assert.ok(passed.length <= 60, `${passed.length}`)
    await until(() => passed.filter(([, value]) => Number(value) >= 99_996).length === 4)
    assert.deepEqual(passed.slice(0, 2), [
      ['button', 1],
      ['button', 0],
    ])
    assert.equal(passed.length + gate.leftOut, 100_002)
    for (let i = 0; i < 100_000; i++) gate.take({ topic: `${i}`, value: i })
    assert.ok(gate.leftOut > 190_000, 'nor does it grow')
    gate.close()
  })

  it('are known to the checker', () => {
    const type = { type: 'number', min: 0, max: 0.5 }
    const flow = [
      { id: 'tab', type: 'tab' },
      {
        ...{ id: 'k', z: 'tab', type: 'daisychain-knobs', wires: [['g'], []] },
        ports: { inputs: [], outputs: [[{ property: 'truncation', name: 'truncation', type }], []] },
      },
      { id: 'l', z: 'tab', type: 'daisychain-latent', wires: [['k']] },
      { id: 'g', z: 'tab', type: 'daisychain-stylegan', variant: 'mini', wires: [[]] },
    ]
    const checker = createChecker(readFlow(flow), allDeclarations())
    assert.deepEqual(checker.mayArrive('g', 'truncation'), [type])
    assert.deepEqual(
      checker.report.wires.map(({ verdict }) => verdict),
      ['match', 'match'],
    )
  })
})

describe('daisychain-knobs', () => {
  const folder = temporaryFolder()
  const sockets: Socket[] = []
  const userDir = folder.path
  before((done) => {
    helper.startServer(done)
  })
  after((done) => {
    folder.remove()
    helper.stopServer(done)
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close()
    await stop()
  })

  const start = (settings: object) =>
    startWith(
      [knobsNode],
      [
        { id: 'n', type: 'daisychain-knobs', wires: [['out'], ['controls']], ...settings },
        { id: 'controls', type: 'helper' },
      ],
      { userDir },
    )

  async function bound(port = 0): Promise<{ socket: Socket; port: number }> {
    const socket = createSocket('udp4')
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    return { socket, port: socket.address().port }
  }

  async function freePort(): Promise<number> {
    const { socket, port } = await bound()
    await new Promise<void>((closed) => socket.close(() => closed()))
    return port
  }

  function sender(port: number) {
    const socket = createSocket('udp4')
    sockets.push(socket)
    return {
      raw: (bytes: Buffer) => socket.send(bytes, port, '127.0.0.1'),
      send: (address: string, ...args: (string | number)[]) =>
        socket.send(Buffer.from(new OSC.Message(address, ...args).pack()), port, '127.0.0.1'),
    }
  }

  it('adds OSC values to passing messages, and sends them on; the knobs’ positions are kept', async () => {
    const port = await freePort()
    const knobs = [
      row('/1/fader1', 'truncation'),
      row('/xy 2', 'hue', { to: 360 }),
      { control: '/word', option: 'prompt' },
    ]
    const settings = { source: 'osc', port, knobs, again: false }
    await start(settings)
    const controls = collect('controls') as Message[]
    const from = sender(port)
    await untilSo(
      () => controls.length > 0,
      () => from.send('/hello'),
    )
    controls.length = 0
    from.send('/1/fader1', 0.25)
    from.send('/xy', 0.1, 0.5)
    from.send('/word', 'a bed')
    from.send('/bang')
    await until(() => controls.length >= 4)
    assert.deepEqual(
      controls.map(({ topic, payload }) => [topic, payload]),
      [
        ['/1/fader1', 0.25],
        ['/xy', [0.10000000149011612, 0.5]],
        ['/word', 'a bed'],
        ['/bang', true],
      ],
    )
    const [, { payload, truncation, hue, prompt }] = await ask('n', { payload: 'x' })
    assert.deepEqual([payload, truncation, hue, prompt], ['x', 0.25, 180, 'a bed'])
    for (const text of ['a bed', '/1/fader1']) assert.throws(() => refuseStrangers(text), /came from the network/)
    await stop()
    await start(settings)
    assert.equal((await ask('n', { payload: 'x' }))[1].truncation, 0.25)
  })

  it('resends the last message when a knob moves, and never queues up', async () => {
    const port = await freePort()
    await start({ source: 'osc', port, rate: 60, knobs: [row('/f', 'truncation')] })
    const [out, controls] = [collect('out'), collect('controls') as Message[]]
    const from = sender(port)
    await untilSo(
      () => controls.length > 0,
      () => from.send('/f', 0),
    )
    live('n').receive({ payload: 'room' })
    await until(() => out.length >= 1)
    for (let i = 1; i <= 400; i++) from.send('/f', i / 400)
    await untilSo(
      () => out.at(-1)?.truncation === 1,
      () => from.send('/f', 1),
    )
    assert.ok(out.every(({ payload }) => payload === 'room'))
    assert.ok(out.length < 200, `${out.length}`)
  })

  it('reports unusable values once, and continues', async () => {
    const { socket, port } = await bound()
    await start({ source: 'osc', port, knobs: [row('/f', 'truncation')] })
    const [texts, caught, controls] = [statuses('n'), collect('caught') as Message[], collect('controls') as Message[]]
    await until(() => texts.some((text) => /^OSC cannot be received: port \d+ is/.test(text)) || caught.length > 0)
    await new Promise<void>((closed) => socket.close(() => closed()))
    const from = sender(port)
    await untilSo(
      () => controls.length > 0,
      () => from.send('/f', 0.5),
    )
    for (let i = 0; i < 300; i++) {
      from.raw(Buffer.from(`noise ${i}`))
      from.send('/f', 2 + i)
    }
    await untilSo(
      () => controls.at(-1)?.payload === 1,
      () => from.send('/f', 1),
    )
    assert.ok(caught.length <= 3, `${caught.length}`)
    assert.equal((await ask('n', {}))[1].truncation, 1)
    await stop()
    await start({ source: 'osc', port: 70_000 })
    assert.match(await refusal('n', {}), /^the port is 70000, but must be a whole number from 1 to 65535/)
  })

  /** Installs a fake of the MIDI package with the parts of its interface that we use. */
  function installFakeMidi(): string {
    const place = join(userDir, 'node_modules', '@julusian', 'midi')
    mkdirSync(place, { recursive: true })
    writeFileSync(
      join(place, 'index.js'),
      `const state = (globalThis.fakeMidi ??= { ports: [], inputs: [] })
       exports.Input = class {
         constructor() { if (state.fails) throw new Error('Failed to initialise RtMidi') }
         getPortCount() { return state.ports.length }
         getPortName(i) { return state.ports[i] }
         openPort(i) { this.name = state.ports[i]; state.inputs.push(this) }
         closePort() { state.inputs.splice(state.inputs.indexOf(this), 1) }
         on(_, listener) { this.listener = listener }
       }`,
    )
    return place
  }

  it('uses MIDI once its package has been installed by one click; controllers may come and go', async () => {
    const tools = join(folder.path, 'tools')
    mkdirSync(tools)
    const searchPath = process.env.PATH
    await start({ knobs: [row('cc/1/7', 'truncation')] })
    const [caught, controls] = [collect('caught') as Message[], collect('controls') as Message[]]
    const heard = async (body = {}) =>
      (await helper.request().post('/daisychain-knobs/heard').send(body).expect(200)).body
    const first = await heard()
    if (first.isMissing) {
      assert.match(
        first.problem,
        /^MIDI needs the package @julusian\/midi, which is not installed: open the node and press/,
      )
      const asked = join(folder.path, 'asked')
      writeFileSync(join(tools, 'npm'), `#!/bin/sh\necho "$PWD $@" > ${asked}\n`)
      chmodSync(join(tools, 'npm'), 0o755)
      process.env.PATH = `${tools}:${searchPath}`
      await helper.request().post('/daisychain-knobs/install').expect(204)
      process.env.PATH = searchPath
      assert.match(readFileSync(asked, 'utf8'), /install @julusian\/midi@3 --ignore-scripts/)
    }
    const state = {
      ports: ['nano:nano CTRL 24:0'],
      inputs: [] as { name: string; listener(seconds: number, bytes: number[]): void }[],
      fails: true,
    }
    Object.assign(globalThis, { fakeMidi: state })
    installFakeMidi()
    let problem = ''
    await untilSo(
      () => /^MIDI cannot be used on this computer \(Failed to initialise RtMidi\)/.test(problem),
      () => void heard().then((answer) => (problem = answer.problem)),
    )
    state.fails = false
    await until(() => state.inputs.length === 1)
    const play = (bytes: number[]) => state.inputs[0]?.listener(0, bytes)
    play([0xb0, 7, 127])
    play([0xf8])
    await until(() => controls.length === 1)
    assert.deepEqual([controls[0]?.topic, controls[0]?.payload, controls[0]?.midi], ['cc/1/7', 1, [0xb0, 7, 127]])
    assert.equal((await ask('n', {}))[1].truncation, 1)
    assert.deepEqual(await heard(), { heard: [{ control: 'cc/1/7', value: 1 }], devices: ['nano:nano CTRL'] })
    assert.match((await heard({ device: 'other' })).problem, /^the MIDI controller "other" is not connected\.$/)
    state.ports.length = 0
    await until(() => state.inputs.length === 0)
    state.ports.push('nano:nano CTRL 28:0')
    await until(() => state.inputs.length === 1)
    play([0xb0, 7, 0])
    await until(() => controls.length === 2)
    await stop()
    await until(() => state.inputs.length === 0)
    assert.ok(caught.length <= 3, `${caught.length}`)
  })
})

/** Retries, because datagrams may be lost or sent before the node listens. */
async function untilSo(look: () => boolean, send: () => void): Promise<void> {
  const timer = setInterval(send, 100)
  await until(look).finally(() => clearInterval(timer))
}
