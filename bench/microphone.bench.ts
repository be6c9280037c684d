/**
 * An hour of a microphone page, as fast as it goes: what its page sends comes over HTTP to a real Node-RED,
 * is cut into seconds, measured and counted. Memory is read after a garbage collection, and a line is fitted
 * to it: a flat one means that nothing is kept.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import RED from 'node-red'
import { slope } from '../scripts/torture/slope'
import { type Bench, enough } from './figure'

const RATE = 16_000
const HOUR = 3600
/** Of it, until caches and compiled code have their size. */
const WARM_UP = 0.2

export const bench: Bench = async () => {
  const userDir = mkdtempSync(join(tmpdir(), 'daisychain-microphone-'))
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(FLOW))
  const server = createServer((request, response) => RED.httpAdmin(request as never, response as never))
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    nodesDir: [resolve(__dirname, '../..')],
    logging: { console: { level: 'error', metrics: false, audit: false } },
    telemetry: { enabled: false, updateNotification: false },
  } as never)
  const hooks = RED.hooks as unknown as { add(name: string, hook: (event: Delivery) => void): void }
  const kept: WeakRef<object>[] = []
  let heard = () => {}
  hooks.add('onReceive', ({ destination: { node }, msg }) => {
    if (node.name === 'measure') kept.push(new WeakRef(msg.payload as object))
    if (node.name === 'count') heard()
  })
  const running = new Promise<void>((done) => RED.runtime.events.once('flows:started', () => done()))
  await RED.start()
  await running
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/daisychain-audio/microphone`
  try {
    const { key } = (await (await fetch(`${page}/key`, { method: 'POST' })).json()) as { key: string }
    const seconds = enough(HOUR)
    const used: [number, number][] = []
    const began = performance.now()
    for (let second = 1; second <= seconds; second++) {
      const arrived = new Promise<void>((done) => {
        heard = done
      })
      await send(page, key, second)
      await arrived
      if (second % Math.ceil(seconds / 40) === 0) used.push([second, await memory()])
    }
    const took = (performance.now() - began) / 1000
    const steady = used.filter(([second]) => second >= seconds * WARM_UP)
    return {
      'an hour of microphone: memory grows by': { value: slope(steady) * HOUR, unit: 'MB', aim: 1, better: 'lower' },
      // The editor can look at the last results.
      'its pieces that are still held': {
        ...{ value: kept.filter((piece) => piece.deref()).length, unit: 'pieces', aim: 20, better: 'lower' },
      },
      'seconds of microphone per second': { value: seconds / took, unit: '×', better: 'higher' },
    }
  } finally {
    await RED.stop()
    server.closeAllConnections()
    server.close()
    rmSync(userDir, { recursive: true, force: true })
  }
}

const FLOW = [
  { id: 'tab', type: 'tab', label: 'an hour' },
  {
    ...{ id: 'microphone', type: 'daisychain-audio', z: 'tab', x: 100, y: 100, source: 'browser' },
    ...{ seconds: 1, overlap: 0, latest: false, preview: true, wires: [['measure']] },
  },
  {
    ...{ id: 'measure', type: 'daisychain-convert', z: 'tab', x: 300, y: 100, name: 'measure' },
    ...{ converter: 'loudness', wires: [['count']] },
  },
  { id: 'count', type: 'function', z: 'tab', x: 500, y: 100, name: 'count', func: 'return null', wires: [[]] },
]

interface Delivery {
  destination: { node: { name?: string } }
  msg: { payload?: unknown }
}

async function send(page: string, key: string, second: number): Promise<void> {
  const samples = Float32Array.from({ length: RATE }, (_, i) => 0.3 * Math.sin((i * (second % 97)) / 50))
  const { status } = await fetch(`${page}/frame`, {
    ...{ method: 'POST', body: new Uint8Array(samples.buffer) },
    headers: { 'X-Daisychain-Key': key },
  }).then(async (answer) => {
    await answer.arrayBuffer()
    return answer
  })
  if (status !== 200) throw new Error(`the page of the microphone was answered with ${status}`)
}

const collect = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

/** MB of values in use: objects and buffers. */
async function memory(): Promise<number> {
  // What was just looked at stays until the current turn is over.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((later) => setImmediate(later))
    collect()
  }
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
