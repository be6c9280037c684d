import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import OSC from 'osc-js'
import sharp from 'sharp'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { freePort } from '../../test/browser/support/server'
import { flowOf } from './every-node'
import { startTortured, type Tortured } from './node-red'

export interface Clients {
  /** How the messages of each flood ended, and how many. */
  floods: Record<string, Record<string, number>>
  /** The longest time the event loop was held up by our own work, in ms, by what was done. */
  gaps: Record<string, number>
  /** Open descriptors before and after. */
  descriptors: [before: number, after: number]
  faults: string[]
}

/** At which point of a request or its answer a client leaves; `behind` means after. */
const LEAVES = ['within the first line', 'within the headers', 'behind the headers', 'within the body'] as const
const STAYS = ['behind the body', 'within the answer'] as const

interface Options {
  /** How many clients leave at each point, and how many are slow. */
  clients?: number
  /** How many messages a flood has. */
  flood?: number
  log?: (line: string) => void
}

interface Place {
  server: Tortured
  ports: Record<'http' | 'events' | 'osc' | 'mqtt', number>
  body: string
  flood: number
}

const sleep = (ms: number) => new Promise((later) => setTimeout(later, ms))

/**
 * Clients that leave, clients that are slow, and clients that send everything at once, to a flow that is
 * published over every protocol.
 */
export async function tortureClients({ clients = 20, flood = 1000, log = () => {} }: Options = {}): Promise<Clients> {
  const result: Clients = { floods: {}, gaps: {}, descriptors: [0, 0], faults: [] }
  const server = await startTortured()
  let broker: ChildProcess | null = null
  const add = (fault: string) => {
    result.faults.push(fault)
    log(fault)
  }
  try {
    const ports = { http: await freePort(), events: await freePort(), osc: await freePort(), mqtt: await freePort() }
    broker = startBroker(server.folder, ports.mqtt)
    await server.setFlows(flow(ports, broker !== null))
    const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#789' } })
      .png()
      .toBuffer()
    const place = {
      server,
      ports,
      body: JSON.stringify({ payload: `data:image/png;base64,${picture.toString('base64')}` }),
      flood,
    }
    await untilAnswered(place)
    const before = await server.look()
    for (const where of [...LEAVES, ...STAYS]) await gone(place, where, clients)
    await step(place, 'clients that leave')
    await slow(place, clients)
    await step(place, 'clients that are slow')
    const floods: Record<string, (place: Place) => Promise<Record<string, number>>> = {
      HTTP: floodHttp,
      WebSocket: floodWebSocket,
      'Socket.IO': floodSocketIo,
      OSC: floodOsc,
      ...(broker && { MQTT: (place) => floodMqtt(place, picture) }),
    }
    for (const [name, work] of Object.entries(floods)) {
      const counts = await work(place).catch((error: Error) => ({ [error.message]: flood }))
      result.floods[name] = counts
      const sum = Object.values(counts).reduce((all, one) => all + one, 0)
      log(`${name}: ${JSON.stringify(counts)}`)
      if (sum !== flood) add(`${name}: of ${flood} messages ${sum} are accounted for: ${JSON.stringify(counts)}`)
      await step(place, `a flood by ${name}`)
    }
    const after = await settled(server, before.descriptors + 5)
    result.descriptors = [before.descriptors, after]
    if (after > before.descriptors + 5) add(`${after - before.descriptors} descriptors stay open`)
    return result
  } finally {
    broker?.kill()
    await server.stop()
  }

  async function step(place: Place, name: string): Promise<void> {
    const { loop } = await server.look()
    result.gaps[name] = loop.worked - loop.cloned
    const isAnswered = await ask(place).catch((error: Error) => error.message)
    if (isAnswered !== 200) add(`after ${name} a query is answered with ${isAnswered}`)
    await server.look()
  }
}

function flow(ports: Place['ports'], hasBroker: boolean): object[] {
  const at = { z: 'tab', x: 1, y: 1 }
  const serve = { where: 'port', port: ports.http, socketIoPort: ports.events, oscPort: ports.osc, rate: 0, limit: 4 }
  const mqtt = [
    { id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: `${ports.mqtt}`, protocolVersion: '4' },
    { ...at, id: 'mqtt', type: 'mqtt in', topic: 'picture', datatype: 'buffer', broker: 'broker', wires: [['depth']] },
  ]
  return [
    ...flowOf([
      { id: 'in', type: 'daisychain-serve-in', name: 'shrinks', ...serve, wires: [['small']] },
      { id: 'small', type: 'daisychain-adjust', width: 50, wires: [['out']] },
      { id: 'out', type: 'daisychain-serve-out', wires: [] },
      { id: 'depth', type: 'daisychain-densedepth', engine: 'engine', queue: 'latest' },
    ]),
    ...(hasBroker ? mqtt : []),
  ]
}

async function ask({ ports, body }: Place): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}/query`, {
    ...{ method: 'POST', body, headers: { 'content-type': 'application/json', connection: 'close' } },
  })
  await answer.arrayBuffer()
  return answer.status
}

async function untilAnswered(place: Place): Promise<void> {
  for (let tries = 0; ; tries++) {
    const status = await ask(place).catch((error: Error) => error)
    if (status === 200) return
    if (tries > 300) throw new Error(`the published flow gives no answer: ${status}`)
    await sleep(50)
  }
}

/** Clients that close their connection at that point, half of them silently. */
async function gone({ ports, body }: Place, where: string, clients: number): Promise<void> {
  const line = 'POST /query HTTP/1.1\r\n'
  const headers = `Host: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
  const whole = line + headers + body
  const ends: Record<string, number> = {
    'within the first line': 7,
    'within the headers': line.length + 12,
    'behind the headers': line.length + headers.length,
    'within the body': whole.length - body.length / 2,
  }
  const leave = async (number: number) => {
    const socket = connect(ports.http, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(whole.slice(0, ends[where] ?? whole.length))
    if (where === 'within the answer') await once(socket, 'data')
    else await sleep(10)
    if (number % 2) socket.destroy()
    else socket.resetAndDestroy()
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => leave(number)))
}

/** Clients that send byte by byte or never read, while others are served. */
async function slow(place: Place, clients: number): Promise<void> {
  const { ports, body } = place
  const sockets = Array.from({ length: clients }, (_, number) => {
    const socket = connect(ports.http, '127.0.0.1')
    socket.on('error', () => {})
    const request = `POST /query HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    if (number % 2) {
      socket.pause()
      for (let i = 0; i < 20; i++) socket.write(request)
    } else socket.write(request.slice(0, 200))
    return socket
  })
  for (let i = 0; i < 5; i++) {
    await sleep(100)
    for (const [number, socket] of sockets.entries()) if (number % 2 === 0) socket.write('x')
  }
  for (const socket of sockets) socket.destroy()
}

async function floodHttp(place: Place): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const client = async (count: number) => {
    for (let i = 0; i < count; i++) note(counts, `${await ask(place).catch((error: Error) => error.message)}`)
  }
  await Promise.all(Array.from({ length: 50 }, (_, number) => client(Math.floor((place.flood + number) / 50))))
  return counts
}

async function floodWebSocket({ ports, body, flood }: Place): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const socket = new WebSocket(`ws://127.0.0.1:${ports.http}/`)
  await once(socket, 'open')
  const all = new Promise<void>((done) => {
    let answers = 0
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data)) as { type: string }
      if (!['succeeded', 'failed', 'cancelled', 'error'].includes(type)) return
      note(counts, type)
      if (++answers === flood) done()
    })
    socket.on('close', () => done())
  })
  const inputData = JSON.parse(body) as object
  for (let id = 0; id < flood; id++)
    socket.send(JSON.stringify({ type: 'submit', command: 'query', id: `${id}`, inputData }))
  await Promise.race([all, sleep(60_000)])
  socket.terminate()
  return counts
}

async function floodSocketIo({ ports, body, flood }: Place): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const socket = io(`http://127.0.0.1:${ports.events}`, { transports: ['websocket'] })
  await new Promise<void>((done) => socket.once('connect', () => done()))
  const all = new Promise<void>((done) => {
    let answers = 0
    for (const name of ['data', 'error', 'update_error'])
      socket.on(name, () => {
        note(counts, name)
        if (++answers === flood) done()
      })
    socket.on('disconnect', () => done())
  })
  const inputs = JSON.parse(body) as object
  for (let id = 0; id < flood; id++) socket.emit('query', inputs)
  await Promise.race([all, sleep(60_000)])
  socket.close()
  return counts
}

/** Datagrams get lost: all that is known is that they were sent. */
async function floodOsc({ ports, flood }: Place): Promise<Record<string, number>> {
  const socket = createSocket('udp4')
  let sent = 0
  for (let i = 0; i < flood; i++) {
    const packet = i % 10 ? Buffer.from(new OSC.Message('/query', '{"image": 7}').pack()) : Buffer.alloc(i, 0x2f)
    await new Promise<void>((done) => socket.send(packet, ports.osc, '127.0.0.1', () => done()))
    sent++
  }
  await sleep(300)
  socket.close()
  return { sent }
}

interface Metrics {
  id: string
  runs: number
  errors: number
  dropped: number
}

async function floodMqtt({ server, ports, flood }: Place, picture: Buffer): Promise<Record<string, number>> {
  const client = await connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`)
  const metrics = async () => {
    const { nodes } = (await (await fetch(`${server.url}/daisychain/metrics`)).json()) as { nodes: Metrics[] }
    const { runs, errors, dropped } = nodes.find(({ id }) => id === 'depth') ?? { runs: 0, errors: 0, dropped: 0 }
    return { runs, errors, dropped }
  }
  try {
    // Until it has subscribed.
    for (let seen = 0; seen === 0; ) {
      await client.publishAsync('picture', picture)
      await sleep(100)
      const { runs, errors } = await metrics()
      seen = runs + errors
    }
    const settledAt = async (sum: number) => {
      for (let turns = 0; turns < 300; turns++) {
        const now = await metrics()
        if (now.runs + now.errors + now.dropped >= sum) return now
        await sleep(100)
      }
      return metrics()
    }
    await sleep(1500)
    const before = await metrics()
    const start = before.runs + before.errors + before.dropped
    await Promise.all(Array.from({ length: flood }, () => client.publishAsync('picture', picture, { qos: 1 })))
    const after = await settledAt(start + flood)
    return {
      runs: after.runs - before.runs,
      errors: after.errors - before.errors,
      dropped: after.dropped - before.dropped,
    }
  } finally {
    await client.endAsync(true)
  }
}

/** Null if Mosquitto isn't installed. */
function startBroker(folder: string, port: number): ChildProcess | null {
  const file = join(folder, 'mosquitto.conf')
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\n`)
  // Debian installs it where only root looks.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
  const child = spawn('mosquitto', ['-c', file], { env, stdio: 'ignore' })
  child.on('error', () => {})
  return child.pid === undefined ? null : child
}

async function settled(server: Tortured, most: number): Promise<number> {
  for (let turns = 0; ; turns++) {
    const { descriptors } = await server.look()
    if (descriptors <= most || turns === 50) return descriptors
    await sleep(200)
  }
}

function note(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1
}
