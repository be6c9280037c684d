import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { on, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import OSC from 'osc-js'
import { io } from 'socket.io-client'
import ioOf2019 from 'socket.io-client-2'
import { WebSocket } from 'ws'
import { freePort, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, nodeRed5, packageFolder } from '../browser/support/versions'

type Json = Record<string, unknown>

/** Two Node-REDs, one of each version, in separate processes, as people run them. */
describe('one Node-RED serves another', function () {
  this.timeout(120_000)
  const servers = new Map<string, Server>()
  before(async function () {
    this.timeout(400_000) // the first run installs Node-RED 5.0
    for (const version of [nodeRed4(), nodeRed5()]) servers.set(version.name, await startNodeRed(version))
  })
  after(() => Promise.all([...servers.values()].map((server) => server.stop())))

  describe('Node-RED 4.1 serves 5.0', () =>
    serveAnother(
      () => servers.get('4.1'),
      () => servers.get('5.0'),
    ))
  describe('Node-RED 5.0 serves 4.1', () =>
    serveAnother(
      () => servers.get('5.0'),
      () => servers.get('4.1'),
    ))
})

function serveAnother(findOne: () => Server | undefined, findOther: () => Server | undefined): void {
  let one: Server
  let other: Server
  let ports: { http: number; events: number; osc: number }
  before(async () => {
    one = findOne() as Server
    other = findOther() as Server
    ports = { http: await freePort(), events: await freePort(), osc: await freePort() }
    await one.setFlows([
      { id: 'tab', type: 'tab', label: 'served' },
      {
        id: 'in',
        type: 'daisychain-serve-in',
        z: 'tab',
        name: 'bedrooms',
        path: '/models/bedrooms',
        wires: [['latent']],
      },
      { id: 'latent', type: 'daisychain-latent', z: 'tab', wires: [['gan']] },
      { id: 'gan', type: 'daisychain-stylegan', z: 'tab', name: 'the imaginer', wires: [['depth']] },
      { id: 'depth', type: 'daisychain-densedepth', z: 'tab', wires: [['out']] },
      { id: 'out', type: 'daisychain-serve-out', z: 'tab', wires: [] },
      {
        id: 'own',
        type: 'daisychain-serve-in',
        z: 'tab',
        name: 'shouter',
        where: 'port',
        port: ports.http,
        socketIoPort: ports.events,
        oscPort: ports.osc,
        wires: [['shout']],
      },
      {
        id: 'shout',
        type: 'function',
        z: 'tab',
        func: 'msg.payload = String(msg.payload).toUpperCase(); return msg',
        outputs: 1,
        wires: [['end']],
      },
      { id: 'end', type: 'daisychain-serve-out', z: 'tab', wires: [] },
    ])
  })

  it('under its own HTTP root, without disturbing other handlers', async () => {
    const base = `${one.url}/models/bedrooms`
    const { outputs } = (await (await fetch(`${base}/info`)).json()) as { outputs: { name: string }[] }
    assert.deepEqual(
      outputs.map(({ name }) => name),
      ['depth_image'],
    )
    const answer = await fetch(`${base}/query?links=1`, { method: 'POST', body: '{"seed": "a=b&c+d"}' })
    const { links, depth_image } = (await answer.json()) as { links: { node: string }[]; depth_image: string }
    assert.match(depth_image, /^data:image\/png/)
    assert.deepEqual(
      links.map(({ node }) => node),
      ['daisychain-latent', 'the imaginer', 'daisychain-densedepth'],
    )
    // curl -d and browsers send these types, and Node-RED's admin app would parse such bodies first.
    for (const type of ['application/x-www-form-urlencoded', 'application/json']) {
      const sent = { method: 'POST', body: '{"seed": "a=b&c+d"}', headers: { 'Content-Type': type } }
      const { depth_image: same } = (await (await fetch(`${base}/query`, sent)).json()) as Json
      assert.equal(same, depth_image)
    }
    const form = new FormData()
    form.set('seed', 'a=b&c+d')
    for (const body of [form, new URLSearchParams({ seed: 'a=b&c+d' })]) {
      const { depth_image: same } = (await (await fetch(`${base}/query`, { method: 'POST', body })).json()) as Json
      assert.equal(same, depth_image)
    }
    assert.equal((await fetch(`${one.url}/models/elsewhere`)).status, 404)
    assert.equal((await fetch(`${one.url}/settings`)).status, 200)
  })

  it('WebSocket jobs and Socket.IO at the same address, next to the editor’s own', async () => {
    const job = { type: 'submit', command: 'query', inputData: { seed: 4 }, id: 'a' }
    const told = await toldOf(`${one.url.replace('http', 'ws')}/models/bedrooms`, job)
    assert.deepEqual(
      told.map(({ type }) => type),
      ['started', 'output', 'succeeded'],
    )

    const client = io(one.url, { path: '/models/bedrooms/socket.io', transports: ['websocket'], forceNew: true })
    client.emit('query', { seed: 5 })
    const [data] = (await new Promise((resolve) => client.once('data', (...args) => resolve(args)))) as Json[] as [Json]
    assert.match(data.depth_image as string, /^data:image\/png/)
    client.disconnect()

    const comms = new WebSocket(`${one.url.replace('http', 'ws')}/comms`)
    await once(comms, 'open')
    comms.close()
  })

  it('on separate ports: HTTP, WebSocket, Socket.IO of today and of 2019, OSC and Open Inference', async () => {
    const url = `http://127.0.0.1:${ports.http}`
    const post = async (path: string, body: object) =>
      (await (await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })).json()) as Json
    assert.deepEqual(await post('/query', { payload: 'over http' }), { payload: 'OVER HTTP' })
    const tensor = { name: 'payload', datatype: 'BYTES', shape: [1], data: ['tensors'] }
    const { outputs } = await post('/v2/models/shouter/infer', { inputs: [tensor] })
    assert.deepEqual(outputs, [{ ...tensor, data: ['TENSORS'] }])

    const job = { type: 'submit', command: 'query', inputData: { payload: 'socket' }, id: 7 }
    const told = await toldOf(url.replace('http', 'ws'), job)
    assert.deepEqual(told[1], { type: 'output', id: 7, outputData: { payload: 'SOCKET' } })

    for (const connect of [io, ioOf2019 as unknown as typeof io]) {
      const client = connect(`http://127.0.0.1:${ports.events}`, { forceNew: true })
      await new Promise((resolve) => client.once('info', resolve))
      client.emit('query', { payload: 'events' })
      assert.deepEqual(await new Promise((resolve) => client.once('data', resolve)), { payload: 'EVENTS' })
      client.disconnect()
    }

    const udp = createSocket('udp4')
    udp.send(Buffer.from(new OSC.Message('/query', '{"payload":"osc"}').pack()), ports.osc, '127.0.0.1')
    const [packet] = (await once(udp, 'message')) as [Buffer]
    const message = new OSC.Message('/')
    message.unpack(new DataView(packet.buffer, packet.byteOffset, packet.byteLength))
    assert.deepEqual([message.address, message.args], ['/data', ['{"payload":"OSC"}']])
    udp.close()
  })

  it('its chain is one node in the other’s, in metres, and that is served again', async () => {
    const asked = await fetch(`${other.url}/daisychain-remote/ask`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ url: `${one.url}/models/bedrooms` }),
    })
    const { kind, url, models } = (await asked.json()) as {
      kind: string
      url: string
      models: { name: string; ports: Json }[]
    }
    assert.equal(kind, 'open-inference')
    await other.setFlows([
      { id: 'tab', type: 'tab', label: 'asks' },
      { id: 'in', type: 'daisychain-serve-in', z: 'tab', path: '/again', wires: [['remote']] },
      {
        id: 'remote',
        type: 'daisychain-remote',
        z: 'tab',
        name: 'far',
        url,
        kind,
        model: models[0]?.name,
        ports: models[0]?.ports,
        wires: [['look']],
      },
      {
        id: 'look',
        type: 'function',
        z: 'tab',
        func: 'msg.unit = msg.payload.unit; return msg',
        outputs: 1,
        wires: [['out']],
      },
      { id: 'out', type: 'daisychain-serve-out', z: 'tab', also: 'unit', wires: [] },
    ])
    const answer = await fetch(`${other.url}/again/query`, { method: 'POST', body: '{"seed": 3}' })
    const body = (await answer.json()) as Json
    assert.equal(body.unit, 'm', JSON.stringify(body).slice(0, 300))
    const direct = await fetch(`${one.url}/models/bedrooms/query`, { method: 'POST', body: '{"seed": 3}' })
    assert.equal(
      body.payload ?? body.depth_image,
      ((await direct.json()) as Json).depth_image,
      'the same picture as from the first',
    )
  })

  it('the examples "Serve a chain" and "A model elsewhere"', async () => {
    const names = ['15 Serve a chain', '16 A model elsewhere']
    const flows = names.flatMap((name) => {
      const text = readFileSync(join(packageFolder, 'examples', `${name}.json`), 'utf8')
      return JSON.parse(text.replaceAll('http://127.0.0.1:1880', one.url)) as object[]
    })
    await one.setFlows(flows)
    const last = async () => ((await (await fetch(`${one.url}/daisychain/bedrooms/data`)).json()) as Json).depth_image
    const press = async (button: string) => {
      const before = await last()
      assert.equal((await fetch(`${one.url}/inject/${button}`, { method: 'POST' })).status, 200)
      for (let i = 0; (await last()) === before; i++) {
        if (i > 1200) throw new Error(`Nothing came of it. ${one.output().slice(-2000)}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    await press('dc11000000000007')
    await press('dc12000000000002')
    assert.match((await last()) as string, /^data:image\/png/)
  })

  it('a deploy without the node removes it', async () => {
    await one.setFlows([{ id: 'tab', type: 'tab', label: 'empty' }])
    for (const path of ['/models/bedrooms', '/daisychain/bedrooms']) {
      assert.equal((await fetch(`${one.url}${path}/info`)).status, 404)
    }
    await assert.rejects(fetch(`http://127.0.0.1:${ports.http}/info`))
  })
}

/** Submits a job over a WebSocket, and returns all messages until it has succeeded. */
async function toldOf(url: string, job: object): Promise<Json[]> {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  // Several messages may arrive at once, so collecting starts before the job is sent.
  const messages = on(socket, 'message')
  socket.send(JSON.stringify(job))
  const told: Json[] = []
  for await (const [data] of messages) {
    told.push(JSON.parse(String(data)) as Json)
    if (told.at(-1)?.type === 'succeeded') break
  }
  socket.close()
  return told
}
