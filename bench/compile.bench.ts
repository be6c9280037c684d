/**
 * A compiled chain over its flow in Node.js, and in Chromium over the same networks run one after the other
 * by hand with onnxruntime-web: StyleGAN to DenseDepth.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { chromium } from 'playwright-core'
import { type Chain, chainBetween } from '../src/compile/chain'
import { compileChain } from '../src/compile/compile'
import { runChain } from '../src/compile/flow-side'
import { writeJoined } from '../src/compile/write-file'
import { createEngine, processors } from '../src/engine'
import { readFlow } from '../src/flow'
import { findVariant, loadManifests, type Model, modelPath } from '../src/models'
import { normals } from '../src/random'
import { type Bench, enough, type Figure, interleaved } from './figure'

const ROUNDS = 60
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

export const bench: Bench = async () => {
  const models = new Map(loadManifests().map((model) => [model.node, model]))
  const node = (id: string, type: string, next: string[]) => ({ id, type, z: 'tab', name: '', wires: [next] })
  const flow = readFlow([
    { id: 'tab', type: 'tab', label: '' },
    node('a', 'daisychain-stylegan', ['b']),
    node('b', 'daisychain-densedepth', []),
  ])
  const chain = await chainBetween(flow, 'a', 'b', models)
  // As the flow has it: with threads of its own for each run, and both on all cores.
  const threads = Math.min(4, processors())
  const engine = createEngine({ device: 'cpu', threads })
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-bench-compile-'))
  try {
    const { file } = await compileChain(chain, engine, { name: 'chain' })
    const path = writeJoined(file, folder, 'chain.onnx')
    const nodeRatio = await overFlow(chain, path, engine, threads)
    const webRatio = await overHand(folder, models)
    const ratio = (value: number, aim: number): Figure => ({
      ...{ value: Number(value.toFixed(2)), unit: '×', aim, better: 'lower' },
    })
    return {
      'compiled chain in Node.js over the flow': ratio(nodeRatio, 1),
      ...(webRatio !== null && { 'compiled chain in Chromium over onnxruntime-web by hand': ratio(webRatio, 1.02) }),
    }
  } finally {
    await engine.close()
    rmSync(folder, { recursive: true })
  }
}

async function overFlow(
  { links }: Chain,
  path: string,
  engine: ReturnType<typeof createEngine>,
  threads: number,
): Promise<number> {
  const session = await InferenceSession.create(path, { executionProviders: ['cpu'], intraOpNumThreads: threads })
  const z = normals(1, 512)
  const feeds = { z: new Tensor('float32', Float32Array.from(z), [512]), truncation: new Tensor('float32', [0.8], [1]) }
  const { flow, file } = await interleaved(
    {
      flow: async () => {
        const { depth_image } = await runChain(links, new Map<string, unknown>([['payload', z]]), engine)
        // Both have their numbers here.
        void (depth_image as { data: Float32Array }).data
      },
      file: () => session.run(feeds),
    },
    { rounds: ROUNDS },
  )
  await session.release()
  return file / flow
}

/** @returns null if there is no Chromium */
async function overHand(folder: string, models: ReadonlyMap<string, Model>): Promise<number | null> {
  const web = dirname(require.resolve('onnxruntime-web'))
  copyFileSync(join(web, 'ort.wasm.bundle.min.mjs'), join(folder, 'ort.js'))
  copyFileSync(join(web, 'ort-wasm-simd-threaded.wasm'), join(folder, 'ort-wasm-simd-threaded.wasm'))
  for (const id of ['stylegan', 'densedepth']) {
    const model = models.get(`daisychain-${id}`) as Model
    copyFileSync(modelPath(model, findVariant(model)), join(folder, `${id}.onnx`))
  }
  const server = createServer(({ url = '/' }, response) => {
    if (url === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
    if (url === '/favicon.ico') return void response.writeHead(404).end()
    response.setHeader('content-type', TYPES[extname(url)] ?? 'application/octet-stream')
    response.end(readFileSync(join(folder, url)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }).catch(() => null)
  try {
    if (!browser) return null
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const { hand, file } = (await page.evaluate(IN_PAGE.replace('ROUNDS', String(enough(ROUNDS))))) as Record<
      'hand' | 'file',
      number
    >
    return file / hand
  } finally {
    await browser?.close()
    server.close()
  }
}

/** The chain as somebody would write it for a page: what is between the networks is done in JavaScript. */
const IN_PAGE = `(async () => {
  const ort = await import('/ort.js')
  ort.env.wasm.numThreads = 1
  const load = (name) => ort.InferenceSession.create('/' + name + '.onnx')
  const [whole, gan, depth] = [await load('chain'), await load('stylegan'), await load('densedepth')]
  const z = new Float32Array(512).map((_, i) => Math.sin(i * 12.9898) * 1.5)
  const SIDE = 128
  const hand = async () => {
    const { image } = await gan.run({
      z: new ort.Tensor('float32', z, [1, 512]),
      truncation: new ort.Tensor('float32', [0.8], [1]),
    })
    const bytes = new Uint8ClampedArray(3 * SIDE * SIDE)
    for (let i = 0; i < SIDE * SIDE; i++)
      for (let c = 0; c < 3; c++) bytes[3 * i + c] = image.data[c * SIDE * SIDE + i] * 127.5 + 127.5
    const input = new Float32Array(3 * SIDE * SIDE)
    for (let i = 0; i < SIDE * SIDE; i++)
      for (let c = 0; c < 3; c++) input[c * SIDE * SIDE + i] = bytes[3 * i + c] / 255
    const name = depth.inputNames[0]
    return depth.run({ [name]: new ort.Tensor('float32', input, [1, 3, SIDE, SIDE]) })
  }
  const file = () => whole.run({
    z: new ort.Tensor('float32', z, [512]),
    truncation: new ort.Tensor('float32', [0.8], [1]),
  })
  const times = { hand: [], file: [] }
  for (let round = -3; round < ROUNDS; round++)
    for (const [name, work] of Object.entries({ hand, file })) {
      const start = performance.now()
      await work()
      if (round >= 0) times[name].push(performance.now() - start)
    }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1]
  return { hand: median(times.hand), file: median(times.file) }
})()`
