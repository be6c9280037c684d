import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeAPI } from 'node-red'
import helper from 'node-red-node-test-helper'
import sharp from 'sharp'
import serveNodes from '../../nodes/serve/serve'
import teachNode from '../../nodes/teach/teach'
import { sharedEngine } from '../../src/engine'
import { loadManifests } from '../../src/models'
import { eventually } from '../browser/support/eventually'
import { live, type Message, next, start, stop } from './support'

const { hooks } = require('@node-red/util')
const core = (file: string) => require(`@node-red/nodes/core/${file}`) as never

interface Step {
  on(
    event: 'input',
    listener: (this: Step, msg: Message, send: (msg: unknown) => void, done: (error?: Error) => void) => void,
  ): void
}

/** The test helper's runtime lacks hooks, but Node-RED's own work. `act` is the action of the node `step`. */
let act: (msg: Message, send: (msg: unknown) => void, done: (error?: Error) => void) => void
let statusText = ''
let events: NodeAPI['events']
const keepStatus = ({ id, status }: { id: string; status: { text?: string } }) => {
  if (id === 'in') statusText = status.text ?? ''
}
function register(RED: NodeAPI): void {
  events = RED.events
  if (!events.listeners('node-status').includes(keepStatus)) events.on('node-status', keepStatus)
  serveNodes(Object.assign(Object.create(RED), { hooks }))
  RED.nodes.registerType('step', function (this: Step, config: never) {
    RED.nodes.createNode(this as never, config)
    this.on('input', (msg, send, done) => act(msg, send, done))
  } as never)
}

const nodes = [
  register as never,
  teachNode as never,
  core('function/10-function.js'),
  core('function/10-switch.js'),
  core('common/60-link.js'),
]
const serveIn = (more: object, wires: string[]) => ({
  id: 'in',
  type: 'daisychain-serve-in',
  name: 'bedrooms',
  where: 'port',
  port: 0,
  wires: [wires],
  ...more,
})
const serveOut = (more = {}) => ({ id: 'end', type: 'daisychain-serve-out', wires: [], ...more })

/** A free port for `serve in`. With port 0, its status wouldn't show the port. */
async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

let url: string
async function begin(flow: { id: string; type: string }[], more: object = {}): Promise<void> {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const [first, ...rest] = flow as [{ id: string; type: string }]
  await start([{ ...first, port, ...more } as never, ...(rest as never[])], loadManifests(), nodes)
  for (;;) {
    const answer = await fetch(`${url}/healthcheck`).catch(() => null)
    if (answer?.ok) return
    await new Promise(setImmediate)
  }
}

async function query(body: unknown, path = '/query') {
  const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const info = async () =>
  (await (await fetch(`${url}/info`)).json()) as Record<
    'inputs' | 'outputs',
    { name: string; type: string; length?: number }[]
  >

const flatPng = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .png()
    .toBuffer()

describe('serve in and serve out', function () {
  this.timeout(60_000)
  const engine = sharedEngine()
  after(() => {
    events.removeListener('node-status', keepStatus)
    return engine.close()
  })
  afterEach(stop)

  it('publishes StyleGAN → DenseDepth, typed and named by the wires; a query goes in at the start and returns the end, and every link', async () => {
    await begin([
      serveIn({}, ['gan']),
      { id: 'gan', type: 'daisychain-stylegan', wires: [['depth']] } as never,
      { id: 'depth', type: 'daisychain-densedepth', wires: [['end']] } as never,
      serveOut(),
    ])
    const { inputs, outputs } = await info()
    assert.deepEqual(
      inputs.map(({ name, type, length }) => [name, type, length]),
      [
        ['z', 'vector', 512],
        ['truncation', 'number', undefined],
      ],
    )
    assert.deepEqual(
      outputs.map(({ name, type }) => [name, type]),
      [['depth_image', 'image']],
    )

    const z = Array.from({ length: 512 }, (_, i) => Math.sin(i))
    const { status, body } = await query({ z, truncation: 0.5 })
    assert.equal(status, 200, JSON.stringify(body).slice(0, 200))
    assert.deepEqual(Object.keys(body), ['depth_image'])
    assert.match(body.depth_image as string, /^data:image\/png;base64,/)

    const linked = (await query({ z, truncation: 0.5 }, '/query?links=1')).body as {
      links: { node: string; outputs: Record<string, string> }[]
      depth_image: string
    }
    assert.equal(linked.depth_image, body.depth_image)
    assert.deepEqual(
      linked.links.map(({ node, outputs }) => [node, Object.keys(outputs)]),
      [
        ['daisychain-stylegan', ['image']],
        ['daisychain-densedepth', ['depth_image']],
      ],
    )
    assert.match(linked.links[0]?.outputs.image ?? '', /^data:image\/jpeg/)

    const wrong = await query({ z: [1, 2, 3] })
    assert.equal(wrong.status, 400)
    assert.match(wrong.body.error as string, /^z .*512/)
    assert.deepEqual((await query({})).body, { error: 'Missing input: z.' })
  })

  it('a latent node in between may draw the vector itself, and later nodes’ options are inputs too', async () => {
    await begin([
      serveIn({}, ['latent']),
      { id: 'latent', type: 'daisychain-latent', wires: [['gan']] } as never,
      { id: 'gan', type: 'daisychain-stylegan', wires: [['rcnn']] } as never,
      { id: 'rcnn', type: 'daisychain-maskrcnn', wires: [['end'], []] } as never,
      serveOut(),
    ])
    const { inputs, outputs } = await info()
    const names = inputs.map(({ name }) => name)
    assert.equal(names[0], 'z')
    for (const name of ['seed', 'truncation', 'category']) assert.ok(names.includes(name), `${names} has ${name}`)
    assert.deepEqual(
      outputs.map(({ name }) => name),
      ['output'],
    )
    const { status, body } = await query({ seed: 7, category: 'bed' })
    assert.equal(status, 200, JSON.stringify(body).slice(0, 200))
    assert.deepEqual((await query({ seed: 7, category: 'bed' })).body, body, 'the same seed, the same picture')
  })

  it('an error of a node in between goes to the client, and to the Catch node as usual', async () => {
    act = (_msg, _send, done) => done(new Error('The cat sat on it.'))
    await begin([serveIn({}, ['step']), { id: 'step', type: 'step', wires: [['end']] } as never, serveOut()])
    const caught = next(1, ['caught'])
    const { status, body } = await query({ payload: 1 })
    assert.deepEqual([status, body], [500, { error: 'The cat sat on it.' }])
    const [[, msg]] = (await caught) as [[string, Message]]
    assert.equal(msg.error?.message, 'Error: The cat sat on it.')
    assert.deepEqual(await (await fetch(`${url}/error`)).json(), { error: 'The cat sat on it.' })
  })

  it('a Catch node that leads to serve out responds in its own way', async () => {
    act = (_msg, _send, done) => done(new Error('The cat sat on it.'))
    await begin([
      serveIn({}, ['step']),
      { id: 'step', type: 'step', wires: [['end']] } as never,
      { id: 'catcher', type: 'catch', scope: null, wires: [['instead']] } as never,
      {
        id: 'instead',
        type: 'function',
        func: 'delete msg.error; msg.payload = "a dog"; return msg',
        outputs: 1,
        wires: [['end']],
      } as never,
      serveOut(),
    ])
    assert.deepEqual(await query({ payload: 1 }), { status: 200, body: { payload: 'a dog' } })
  })

  it('a Catch node wired to serve out: the query fails with its sentence and status', async () => {
    act = (_msg, _send, done) => done(new Error('No.'))
    await begin([
      serveIn({}, ['step']),
      { id: 'step', type: 'step', wires: [['end']] } as never,
      { id: 'catcher', type: 'catch', scope: null, wires: [['status']] } as never,
      {
        id: 'status',
        type: 'function',
        func: 'msg.statusCode = 422; return msg',
        outputs: 1,
        wires: [['end']],
      } as never,
      serveOut(),
    ])
    const { status, body } = await query({ payload: 1 })
    assert.deepEqual([status, body], [422, { error: 'Error: No.' }])
  })

  it('a function node that makes new messages keeps queries apart, because they keep their id', async () => {
    await begin([
      serveIn({}, ['new']),
      {
        id: 'new',
        type: 'function',
        func: 'return { payload: "got " + msg.payload }',
        outputs: 1,
        wires: [['end']],
      } as never,
      serveOut(),
    ])
    const answers = await Promise.all([1, 2, 3, 4].map((payload) => query({ payload })))
    assert.deepEqual(
      answers.map(({ body }) => body.payload),
      ['got 1', 'got 2', 'got 3', 'got 4'],
    )
  })

  it('a node that loses the mark: the query times out with a sentence that says why', async () => {
    act = (msg, send, done) => {
      send({ payload: msg.payload, _msgid: 'another' })
      done()
    }
    await begin([serveIn({}, ['step']), { id: 'step', type: 'step', wires: [['end']] } as never, serveOut()], {
      timeout: 0.2,
    })
    const { status, body } = await query({ payload: 1 })
    assert.equal(status, 504)
    assert.match(
      body.error as string,
      /don't belong to a query: a node in between makes new messages and must keep msg\._query/,
    )
  })

  it('partial results, and further properties', async () => {
    act = (msg, send, done) => {
      send({ ...msg, payload: 'half', complete: false, progress: 0.5 })
      send({ ...msg, payload: 'whole', complete: true, seed: 3 })
      done()
    }
    await begin([
      serveIn({}, ['step']),
      { id: 'step', type: 'step', wires: [['end']] } as never,
      serveOut({ also: 'seed' }),
    ])
    assert.deepEqual((await query({ payload: 1 })).body, { payload: 'whole', seed: 3 })
    const { outputs } = await info()
    assert.deepEqual(
      outputs.map(({ name, type }) => [name, type]),
      [
        ['payload', 'any'],
        ['seed', 'any'],
      ],
    )
  })

  it('a message without a query is the last result, for those who only watch', async () => {
    act = (msg, send, done) => {
      send(msg)
      done()
    }
    await begin([serveIn({}, ['step']), { id: 'step', type: 'step', wires: [['end']] } as never, serveOut()])
    live('step').receive({ payload: 'from a camera' })
    const last = async () => (await (await fetch(`${url}/data`)).json()) as { payload?: string }
    while ((await last()).payload === undefined) await new Promise(setImmediate)
    assert.deepEqual(await last(), { payload: 'from a camera' })
  })

  it('a taught example is acknowledged immediately; it isn’t a result, which others would see', async () => {
    const userDir = mkdtempSync(join(tmpdir(), 'daisychain-serve-'))
    helper.settings({ userDir })
    await begin([
      serveIn({}, ['teach']),
      { id: 'teach', type: 'daisychain-teach', wires: [['end'], ['end']] } as never,
      serveOut(),
    ])
    const shown = (color: string) => flatPng(color).then((png) => `data:image/png;base64,${png.toString('base64')}`)
    for (const [examples, color] of ['#a00000', '#b01010'].entries()) {
      const { status, body } = await query({ payload: await shown(color), teach: 'red' })
      assert.deepEqual([status, body], [200, { taught: 'red', examples: examples + 1 }])
    }
    for (const color of ['#0000a0', '#1010b0']) await query({ payload: await shown(color), teach: 'blue' })
    const data = async () => (await fetch(`${url}/data`)).json()
    assert.deepEqual(await data(), {})
    // A client that asks for tensors gets the same response, whatever outputs it requested.
    const pixels = { name: 'payload', datatype: 'UINT8', shape: [1, 4, 4, 3], data: Array(48).fill(160) }
    const label = { name: 'teach', datatype: 'BYTES', shape: [1], data: ['grey'] }
    const asked = { inputs: [pixels, label], outputs: [{ name: 'payload' }] }
    const { body: tensors } = await query(asked, '/v2/models/bedrooms/infer')
    const named = (tensors.outputs as { name: string; data: unknown[] }[]).map(({ name, data }) => [name, ...data])
    assert.deepEqual(named, [
      ['taught', 'grey'],
      ['examples', 1],
    ])
    // An example that can't be learned fails the query too.
    const wrong = await query({ payload: await shown('#00a000'), teach: ' ' })
    assert.equal(wrong.status, 500)
    assert.match(wrong.body.error as string, /class/)
    // While a button in the dialog is held, every message is an example.
    await (live('teach') as unknown as { record(meaning: string): Promise<void> }).record('red')
    const recorded = await query({ payload: await shown('#c02020') })
    assert.equal(recorded.body.taught, 'red')
    await (live('teach') as unknown as { record(meaning: null): Promise<void> }).record(null)
    const { body } = await query({ payload: await shown('#0808a8') })
    assert.equal(body.payload, 'blue')
    assert.deepEqual(await data(), body)
    helper.settings({})
    await stop() // saves the examples
    rmSync(userDir, { recursive: true, force: true })
  })

  it('stopping the flows ends current queries and closes the port', async () => {
    const asked = new Promise<void>((resolve) => {
      act = () => resolve()
    })
    await begin([serveIn({}, ['step']), { id: 'step', type: 'step', wires: [['end']] } as never, serveOut()])
    const answer = query({ payload: 1 }).catch(() => ({ status: 503, body: {} }))
    await asked
    await stop()
    assert.equal((await answer).status, 503)
    await assert.rejects(fetch(`${url}/healthcheck`))
  })

  it('reports invalid settings', async () => {
    const wrong: [setting: object, status: RegExp, logged: RegExp][] = [
      [{ path: '/a/../b' }, /the path "…\/b" may only/, /the path "\/a\/\.\.\/b" may only contain/],
      [
        { port: 99999 },
        /the port is 99999, but must be a whole/,
        /the port is 99999, but must be a whole number from 0 to 65535/,
      ],
      [
        { command: 'a b' },
        /the command is "a b", but must contain only/,
        /the command is "a b", but must contain only letters/,
      ],
      [
        { host: '203.0.113.9' },
        /203\.0\.113\.9 isn't an address of this/,
        /203\.0\.113\.9 isn't an address of this computer/,
      ],
    ]
    for (const [setting, status, logged] of wrong) {
      await start([serveIn({ port: await freePort(), ...setting }, []) as never, serveOut()], loadManifests(), nodes)
      await eventually(() => assert.match(statusText, status))
      const lines = helper.log().args.map(([line]) => String(line?.msg))
      assert.match(lines.join('\n'), logged)
      await stop()
    }
  })
})
