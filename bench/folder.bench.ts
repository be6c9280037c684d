/** A folder of 2000 pictures through DenseDepth and then DeepLab, each on a lane of its own, over the slower model alone. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import RED from 'node-red'
import sharp from 'sharp'
import type { Bench } from './figure'

const PICTURES = 2000
const ALONE = 100
const SIZE = { width: 320, height: 240 }
const MODELS = ['densedepth', 'deeplab']

export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-bench-'))
  const server = await startNodeRed(folder)
  try {
    await alone(server) // Loads the models.
    const before = await alone(server)
    const memory = { early: 0, peak: 0 }
    let seen = 0
    const chained = await send(server, 'chain', () => {
      const used = process.memoryUsage().rss / 2 ** 20
      if (++seen <= 100) memory.early = Math.max(memory.early, used)
      else memory.peak = Math.max(memory.peak, used)
      if (seen % 100 === 0) console.error(`${seen} pictures, ${Math.round(used)} MB`)
    })
    const after = await alone(server)
    const rates = MODELS.map((_, i) => ((before[i] as number) + (after[i] as number)) / 2)
    const slower = Math.min(...rates)
    const inTurn = 1 / rates.reduce((sum, rate) => sum + 1 / rate, 0)
    return {
      'folder: pictures a second, two models': { value: chained, unit: '/s', better: 'higher' },
      'folder: the slower model alone': { value: slower, unit: '/s', better: 'higher' },
      'folder: two models over the slower alone': { value: chained / slower, unit: '×', aim: 0.9, better: 'higher' },
      // What a machine with one free core can reach.
      'folder: two models over one after the other': { value: chained / inTurn, unit: '×', better: 'higher' },
      'folder: memory of Node-RED, first 100': { value: memory.early, unit: 'MB', better: 'lower' },
      'folder: memory of Node-RED, the rest': {
        value: memory.peak,
        unit: 'MB',
        aim: Math.round(memory.early * 1.1),
        better: 'lower',
      },
    }
  } finally {
    await RED.stop()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A whole Node-RED in this process: the test helper's would keep every message. */
async function startNodeRed(folder: string): Promise<Server> {
  await writePictures(join(folder, 'all'), PICTURES)
  await writePictures(join(folder, 'few'), ALONE)
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flow(folder)))
  const server = createServer((request, response) => RED.httpAdmin(request as never, response as never))
  RED.init(server, {
    userDir: folder,
    flowFile: 'flows.json',
    nodesDir: [resolve(__dirname, '../..')],
    httpAdminRoot: '/',
    logging: { console: { level: 'error', metrics: false, audit: false } },
    telemetry: { enabled: false, updateNotification: false },
  } as never)
  const running = new Promise<void>((resolve) => RED.runtime.events.once('flows:started', () => resolve()))
  await RED.start()
  await running
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function flow(folder: string) {
  const place = { z: 'tab', x: 1, y: 1 }
  const source = (id: string, path: string, first: string) => [
    { ...place, id: `${id}-start`, type: 'inject', props: [], repeat: '', crontab: '', once: false, wires: [[id]] },
    { ...place, id, type: 'daisychain-images', path: join(folder, path), limit: 4, wires: [[first], [`${id}-end`]] },
    { ...place, id: `${id}-end`, type: 'debug', active: false, wires: [] },
  ]
  const model = (id: string, name: string, engine: string, next?: string) => ({
    ...place,
    id,
    type: `daisychain-${name}`,
    engine,
    wires: next ? [[next]] : [],
  })
  const engine = (id: string, memory: string) => ({ id, type: 'daisychain-engine', device: 'cpu', threads: 1, memory })
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    // Two different engines, so two lanes.
    engine('one', '4000'),
    engine('two', '4001'),
    ...source('chain', 'all', 'a'),
    model('a', 'densedepth', 'one', 'b'),
    model('b', 'deeplab', 'two'),
    ...source('densedepth-alone', 'few', 'c'),
    model('c', 'densedepth', 'one'),
    ...source('deeplab-alone', 'few', 'd'),
    model('d', 'deeplab', 'two'),
  ]
}

async function alone(server: Server): Promise<number[]> {
  const rates: number[] = []
  for (const name of MODELS) rates.push(await send(server, `${name}-alone`))
  return rates
}

/** Starts a source and answers how many pictures a second came through. @param each called when the chain's last model is done */
function send(server: Server, source: string, each?: () => void): Promise<number> {
  return new Promise((resolve, reject) => {
    RED.hooks.add('onComplete.folder-bench', ({ node }) => {
      if (each && node.id === 'b') each()
    })
    RED.hooks.add('onReceive.folder-bench', ({ msg, destination }) => {
      if (destination.id !== `${source}-end`) return
      RED.hooks.remove('*.folder-bench')
      const { sent, milliseconds } = (msg as unknown as { payload: { sent: number; milliseconds: number } }).payload
      resolve((sent * 1000) / milliseconds)
    })
    const { port } = server.address() as AddressInfo
    fetch(`http://127.0.0.1:${port}/inject/${source}-start`, { method: 'POST' }).catch(reject)
  })
}

/** Twenty different pictures, over and over. */
async function writePictures(folder: string, count: number): Promise<void> {
  mkdirSync(folder)
  for (let i = 0; i < count; i++) {
    const path = join(folder, `${i}.jpg`)
    if (i >= 20) copyFileSync(join(folder, `${i % 20}.jpg`), path)
    else
      await sharp({
        create: { ...SIZE, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 40 + 9 * i, sigma: 30 } },
      })
        .blur(3)
        .toFile(path)
  }
}
