import { createSocket } from 'node:dgram'
import { freePort } from '../../test/browser/support/server'
import { type Addresses, type Body, bodyOf, faultOfAnswer } from './addresses'
import { flowOf } from './every-node'
import { type Random, randomOf } from './hostile/random'
import { startTortured, type Tortured } from './node-red'
import { MUCH, rawRequests } from './raw-requests'

/** An entrance that is open to more people than the editor's users. */
interface Door {
  name: string
  url: string
  headers?: Record<string, string>
  /** How its content is sent; by default as a body. */
  body?(random: Random): Promise<Body>
}

/** After this many ms an answer counts as missing: longer than a flow may take. */
const LIMIT = 60_000
const TOKEN = 'secret'
/** Bytes of a body that are read. */
const MOST_BYTES = 16e6
/** Packets per round, for each protocol other than HTTP. */
const PACKETS = 200

/**
 * Sends hostile bodies to everything a published flow answers: queries of each protocol, the page for people,
 * agents' tools, the pages of devices; and hostile packets to its OSC ports.
 */
export async function tortureServed({
  random: next,
  isOver = () => false,
  rounds = 1,
  log = () => {},
}: {
  random: () => number
  isOver?: () => boolean
  /** How many requests each gets. */
  rounds?: number
  log?: (line: string) => void
}): Promise<Addresses> {
  const random = randomOf(next)
  const result: Addresses = { answers: {}, gaps: {}, faults: [] }
  const server = await startTortured()
  const add = (fault: string) => {
    result.faults.push(fault)
    log(fault)
  }
  try {
    const ports: Ports = {
      http: await freePort(),
      open: await freePort(),
      served: await freePort(),
      knobs: await freePort(),
      grpc: await freePort(),
      echo: await freePort(),
      much: await freePort(),
    }
    await server.setFlows(flow(ports))
    const doors = await doorsOf(server, ports.http)
    for (let round = 0; round < rounds; round++) {
      for (const door of doors) {
        if (isOver()) return result
        await knock(door)
      }
      for (const port of [ports.served, ports.knobs]) await packets(port)
      for (const [name, send] of Object.entries(rawRequests)) {
        if (isOver()) return result
        await server.look()
        const sent = send({ http: ports.echo, grpc: ports.grpc, much: ports.much }).then(() => true)
        if (!(await Promise.race([sent, later(LIMIT)]))) add(`${name}: it never ended`)
        note(name, await server.look())
      }
    }
    if (/Uncaught|unhandled/i.test(server.output())) add(`Node-RED said: ${server.output().slice(-500)}`)
    return result
  } finally {
    await server.stop()
  }

  async function knock({ name, url, headers, body: make = bodyOf }: Door): Promise<void> {
    const { called, type, bytes, body } = await make(random)
    await server.look()
    const answer = await fetch(url, {
      method: 'POST',
      headers: { connection: 'close', ...(type && { 'content-type': type }), ...headers },
      body,
      signal: AbortSignal.timeout(LIMIT),
    }).catch((error: Error) => error)
    if (answer instanceof Error) {
      // Such bodies are answered with an error, and the connection is closed while they are still being sent.
      const isTooLarge = bytes > MOST_BYTES && answer.name !== 'TimeoutError'
      if (!isTooLarge) return add(`${name} (${called}): there is no answer: ${answer.message}`)
      result.answers.closed = (result.answers.closed ?? 0) + 1
      return
    }
    const text = await answer.text().catch((error: Error) => error.message)
    result.answers[answer.status] = (result.answers[answer.status] ?? 0) + 1
    note(name, await server.look())
    const fault = faultOfAnswer(answer.status, text)
    if (fault) add(`${name} (${called}): ${fault}`)
  }

  async function packets(port: number): Promise<void> {
    const socket = createSocket('udp4')
    await server.look()
    for (let i = 0; i < PACKETS; i++) {
      const packet = packetOf(random)
      await new Promise<void>((done) => socket.send(packet, port, '127.0.0.1', () => done()))
    }
    socket.close()
    note('OSC', await server.look())
  }

  function note(name: string, { loop }: Awaited<ReturnType<Tortured['look']>>): void {
    result.gaps[name] = Math.max(result.gaps[name] ?? 0, loop.worked - loop.cloned)
  }
}

type Ports = Record<'http' | 'open' | 'served' | 'knobs' | 'grpc' | 'echo' | 'much', number>

const later = (ms: number) => new Promise<false>((done) => setTimeout(done, ms, false).unref())

function flow(ports: Ports): object[] {
  const serve = { where: 'port', port: ports.http, agents: true, credentials: { token: TOKEN } }
  const osc = { where: 'port', port: ports.open, oscPort: ports.served, grpcPort: ports.grpc }
  const knobs = [{ control: '/f', option: 'truncation', from: 0, to: 1 }]
  return flowOf([
    { id: 'in', type: 'daisychain-serve-in', name: 'shrinks', ...serve, timeout: 20, wires: [['small']] },
    { id: 'small', type: 'daisychain-adjust', width: 50, wires: [['out']] },
    { id: 'out', type: 'daisychain-serve-out', wires: [] },
    { id: 'in2', type: 'daisychain-serve-in', name: 'listens', ...osc, wires: [['small2']] },
    { id: 'small2', type: 'daisychain-adjust', width: 50, wires: [['out2']] },
    { id: 'out2', type: 'daisychain-serve-out', wires: [] },
    { id: 'in3', type: 'daisychain-serve-in', name: 'echoes', where: 'port', port: ports.echo, wires: [['out3']] },
    { id: 'out3', type: 'daisychain-serve-out', wires: [] },
    {
      id: 'in4',
      type: 'daisychain-serve-in',
      name: 'answers much',
      where: 'port',
      port: ports.much,
      wires: [['much']],
    },
    { id: 'much', type: 'function', outputs: 1, ...makingMuch, wires: [['out4']] },
    { id: 'out4', type: 'daisychain-serve-out', wires: [] },
    { id: 'audio', type: 'daisychain-audio', source: 'browser' },
    { id: 'camera', type: 'daisychain-camera', source: 'browser' },
    { id: 'cue', type: 'daisychain-cue', cues: [{ name: 'day', values: { truncation: 1 } }] },
    { id: 'knobs', type: 'daisychain-knobs', source: 'osc', port: ports.knobs, knobs },
  ])
}

/** Made before the first request. */
const makingMuch = {
  initialize: `context.much = { ${Object.entries(MUCH).map(([name, code]) => `${name}: ${code}`)} }`,
  func: 'msg.payload = context.much[msg.payload]\nreturn msg',
}

async function doorsOf({ url }: Tortured, port: number): Promise<Door[]> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const served = `http://127.0.0.1:${port}`
  const paths = ['/query', '/v1/query', '/setup', '/page/run', '/v2/models/shrinks/infer', '/v2/repository/index']
  const devices = await Promise.all(
    ['audio', 'camera', 'cue'].map(async (device): Promise<Door> => {
      const root = `${url}/daisychain-${device}/${device}`
      const { key } = (await (
        await fetch(`${root}/key`, { method: 'POST', headers: { connection: 'close' } })
      ).json()) as { key: string }
      return { name: `the page of ${device}`, url: `${root}/frame`, headers: { 'x-daisychain-key': key } }
    }),
  )
  return [
    ...paths.map((path) => ({ name: path, url: served + path, headers })),
    ...['/query', '/page/run'].map((path) => ({
      name: `a form to ${path}`,
      url: served + path,
      headers,
      body: formOf,
    })),
    {
      name: 'agents',
      url: `${served}/daisychain/mcp`,
      headers: { ...headers, accept: 'application/json, text/event-stream' },
      body: callOf,
    },
    ...devices,
  ]
}

/** Uploads as a browser's form sends them. */
async function formOf(random: Random): Promise<Body> {
  const form = new FormData()
  const kinds: string[] = []
  let size = 0
  for (let i = 0; i <= random.whole(2); i++) {
    const { called, bytes, body } = await bodyOf(random)
    size += bytes
    const name = random.pick(['payload', 'image', '__proto__', '', 'x'.repeat(3000), 'width'])
    if (typeof body === 'string') form.append(name, body)
    else form.append(name, new Blob([body]), random.pick(['a.png', '../../b', '\0', 'c'.repeat(3000)]))
    kinds.push(called)
  }
  return { called: kinds.join(', '), type: '', bytes: size, body: form }
}

/** A call as an agent's program sends it, with something hostile in one place. */
async function callOf(random: Random): Promise<Body> {
  const { called, type, bytes, body } = await bodyOf(random)
  if (typeof body !== 'string') return { called, type: 'application/json', bytes, body }
  const value = parsed(body)
  const method = random.pick(['tools/call', 'tools/call', 'tools/list', 'initialize', 'resources/read', 'x'])
  const params = random.pick([{ name: 'shrinks', arguments: { payload: value } }, { name: value }, value])
  const message = { jsonrpc: '2.0', id: random.pick([1, 'a', null, {}]), method, params }
  return { called, type: type === 'text/plain' ? 'application/json' : type, bytes, body: JSON.stringify(message) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** An OSC message with something wrong in it, or noise. */
function packetOf({ pick, bytes, whole }: Random): Buffer {
  const text = (value: string) => Buffer.from(value.padEnd(Math.ceil((value.length + 1) / 4) * 4, '\0'), 'latin1')
  const address = text(pick(['/f', '/query', '/', '//', '/[', '/{a', `/${'x'.repeat(2000)}`, '#bundle', '']))
  const types = text(pick([',', ',f', ',s', ',b', ',[', ',TFNI', `,${'i'.repeat(500)}`, ',?', 'f']))
  return Buffer.concat([address, types, bytes(whole(64))])
}
