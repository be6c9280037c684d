/**
 * A folder of pictures through two models, each on its own lane, over the slower model alone: through one that takes
 * most of the time, as in most chains, and through two that take about the same.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import RED from 'node-red'
import sharp from 'sharp'
import { type Bench, enough, type Figure } from './figure'

const SIZE = { width: 320, height: 240 }
const ALONE = enough(100)

interface Pair {
  name: string
  models: [string, string]
  pictures: number
}
const PAIRS: Pair[] = [
  { name: 'folder, a light and a heavy model', models: ['densedepth', 'maskrcnn'], pictures: enough(2000) },
  { name: 'folder, two like models', models: ['densedepth', 'deeplab'], pictures: enough(500) },
]

export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-bench-'))
  const server = await startNodeRed(folder)
  const figures: Record<string, Figure> = {}
  try {
    for (const pair of PAIRS) Object.assign(figures, await measure(pair, server))
    return figures
  } finally {
    await RED.stop()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure({ name, models }: Pair, server: Server): Promise<Record<string, Figure>> {
  const alone = async () => {
    const rates: number[] = []
    for (const model of models) rates.push(await send(server, `${name}: ${model}`))
    return rates
  }
  await alone() // Loads the models.
  const before = await alone()
  const memory = { early: 0, peak: 0 }
  let seen = 0
  const chained = await send(server, name, () => {
    const used = process.memoryUsage().rss / 2 ** 20
    if (++seen <= 100) memory.early = Math.max(memory.early, used)
    else memory.peak = Math.max(memory.peak, used)
    if (seen % 100 === 0) console.error(`${seen} pictures, ${Math.round(used)} MB`)
  })
  const after = await alone()
  const rates = models.map((_, i) => ((before[i] as number) + (after[i] as number)) / 2)
  const slower = Math.min(...rates)
  const inTurn = 1 / rates.reduce((sum, rate) => sum + 1 / rate, 0)
  return {
    [`${name}: pictures a second`]: { value: chained, unit: '/s', better: 'higher' },
    [`${name}: the slower one alone`]: { value: slower, unit: '/s', better: 'higher' },
    [`${name}: both over the slower alone`]: { value: chained / slower, unit: '×', better: 'higher' },
    [`${name}: both over one after the other`]: { value: chained / inTurn, unit: '×', aim: 1.15, better: 'higher' },
    [`${name}: memory of Node-RED, first 100`]: { value: memory.early, unit: 'MB', better: 'lower' },
    [`${name}: memory of Node-RED, the rest`]: {
      value: memory.peak,
      unit: 'MB',
      aim: Math.round(memory.early * 1.1),
      better: 'lower',
    },
  }
}

/** A whole Node-RED in this process: the test helper's would keep every message. */
async function startNodeRed(folder: string): Promise<Server> {
  for (const count of [ALONE, ...PAIRS.map(({ pictures }) => pictures)])
    await writePictures(join(folder, String(count)), count)
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
  const source = (id: string, pictures: number, first: string) => [
    { ...place, id: `${id}-start`, type: 'inject', props: [], repeat: '', crontab: '', once: false, wires: [[id]] },
    {
      ...place,
      id,
      type: 'daisychain-images',
      path: join(folder, String(pictures)),
      limit: 4,
      wires: [[first], [`${id}-end`]],
    },
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
  // Two different engines, so two lanes.
  const engines = ['one', 'two']
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    ...engines.map((id, i) => engine(id, String(4000 + i))),
    ...PAIRS.flatMap(({ name, models: [first, second], pictures }) => [
      ...source(name, pictures, `${name} 1`),
      model(`${name} 1`, first, 'one', last(name)),
      model(last(name), second, 'two'),
      ...[first, second].flatMap((id, i) => [
        ...source(`${name}: ${id}`, ALONE, `${name}: ${id} alone`),
        model(`${name}: ${id} alone`, id, engines[i] as string),
      ]),
    ]),
  ]
}

/** The id of a pair's second model. */
const last = (name: string) => `${name} 2`

/**
 * Starts a source and answers how many pictures a second came through.
 * @param each called when the chain's last model is done
 */
function send(server: Server, source: string, each?: () => void): Promise<number> {
  return new Promise((resolve, reject) => {
    RED.hooks.add('onComplete.folder-bench', ({ node }) => {
      if (each && node.id === last(source)) each()
    })
    RED.hooks.add('onReceive.folder-bench', ({ msg, destination }) => {
      if (destination.id !== `${source}-end`) return
      RED.hooks.remove('*.folder-bench')
      const { sent, milliseconds } = (msg as unknown as { payload: { sent: number; milliseconds: number } }).payload
      resolve((sent * 1000) / milliseconds)
    })
    const { port } = server.address() as AddressInfo
    fetch(`http://127.0.0.1:${port}/inject/${encodeURIComponent(source)}-start`, { method: 'POST' }).catch(reject)
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
