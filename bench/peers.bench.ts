/**
 * The same model on the same photo: in our engine, with ONNX Runtime on Node-RED's own thread, in the
 * @huggingface/transformers pipeline, and in WebAssembly. Each has its own processes; they take turns.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type * as Ort from 'onnxruntime-node'
import sharp from 'sharp'
import { createEngine } from '../src/engine'
import { type Bench, enough, type Figure, median, milliseconds } from './figure'
import { FILTER, PICTURE_OUT } from './models'
import { prepareTransformers } from './transformers'

const PHOTO = join(__dirname, '..', '..', 'test', 'fixtures', 'photos', 'astronaut.jpg')
const SIZE = 512
const ROUNDS = enough(20)
const TURNS = enough(3)

/** Returns a function that filters the photo's pixels (height × width × RGB) and returns pixels. */
type Prepare = (pixels: Uint8Array) => Promise<() => Promise<ArrayLike<number>>>

const peers: Record<string, Prepare> = {
  'Daisychain, process lane': async (data) => {
    const engine = createEngine({ device: 'cpu', threads: 1 })
    const image = { kind: 'pixels', data, width: SIZE, height: SIZE, channels: 3, layout: 'NCHW' } as const
    const feeds = { image: { ...image, scale: 1 / 255, offset: 0 } }
    return async () => (await engine.run(FILTER, feeds, { filtered: PICTURE_OUT })).outputs.filtered.data
  },
  'onnxruntime-node on the main thread': async (pixels) => {
    const ort = require('onnxruntime-node') as typeof Ort
    const session = await ort.InferenceSession.create(FILTER, { intraOpNumThreads: 1 })
    return () => plain(ort, session, pixels)
  },
  '@huggingface/transformers': prepareTransformers(SIZE),
  'onnxruntime-web': async (pixels) => {
    const ort = require('onnxruntime-web') as typeof Ort
    ort.env.wasm.numThreads = 1
    const session = await ort.InferenceSession.create(readFileSync(FILTER), { executionProviders: ['wasm'] })
    return () => plain(ort, session, pixels)
  },
}

/** The usual code: pixels to floats, run, floats to pixels. */
async function plain(ort: typeof Ort, model: Ort.InferenceSession, pixels: Uint8Array): Promise<Uint8ClampedArray> {
  const plane = SIZE * SIZE
  const floats = new Float32Array(3 * plane)
  for (let i = 0; i < plane; i++)
    for (let c = 0; c < 3; c++) floats[c * plane + i] = (pixels[i * 3 + c] as number) / 255
  const { filtered } = await model.run({ image: new ort.Tensor('float32', floats, [1, 3, SIZE, SIZE]) })
  const out = new Uint8ClampedArray(3 * plane)
  const values = filtered?.data as Float32Array
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) out[i * 3 + c] = (values[c * plane + i] as number) * 255
  return out
}

interface Measured {
  times: number[]
  /** 99th percentile, ms. */
  delay: number
  /** How much the process has grown since before it loaded anything, in MB. */
  memory: number
  /** The mean of the output picture, which is the same for all. */
  mean: number
}

export const bench: Bench = async () => {
  const figures: Record<string, Figure> = {}
  const all = new Map<string, Measured[]>(Object.keys(peers).map((name) => [name, []]))
  for (let turn = 0; turn < TURNS; turn++)
    for (const [name, measured] of all) {
      const got = await inOwnProcess(name)
      if (got) measured.push(got)
    }
  const ours = all.get('Daisychain, process lane')?.[0]?.mean ?? 0
  for (const [name, measured] of all) {
    if (measured.some(({ mean }) => Math.abs(mean - ours) > 1)) throw new Error(`${name} makes another picture.`)
    if (measured.length === 0) continue
    figures[`peers: ${name}, median`] = milliseconds(median(measured.flatMap(({ times }) => times)))
    figures[`peers: ${name}, event-loop delay p99`] = milliseconds(median(measured.map(({ delay }) => delay)))
    const memory = median(measured.map((each) => each.memory))
    figures[`peers: ${name}, Node-RED's process grows by`] = { value: memory, unit: 'MB', better: 'lower' }
  }
  return figures
}

function inOwnProcess(name: string): Promise<Measured | undefined> {
  return new Promise((resolve) => {
    const { DAISYCHAIN_BENCH: _, ...env } = process.env
    const child = fork(__filename, [], { env: { ...env, DAISYCHAIN_PEER: name } })
    let got: Measured | undefined
    child.on('message', (message: Measured) => {
      got = message
    })
    child.on('close', (code) => {
      if (code !== 0) console.error(`${name} could not be measured (exit code ${code}).`)
      resolve(got)
    })
  })
}

async function measure(prepare: Prepare): Promise<Measured> {
  const memory = () => process.memoryUsage().rss / 2 ** 20
  const pixels = await sharp(PHOTO).resize(SIZE, SIZE).removeAlpha().raw().toBuffer()
  const before = memory()
  const work = await prepare(new Uint8Array(pixels))
  for (let i = 0; i < 3; i++) await work()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const times: number[] = []
  let out: ArrayLike<number> = []
  delay.enable()
  for (let i = 0; i < ROUNDS; i++) {
    const started = performance.now()
    out = await work()
    times.push(performance.now() - started)
    await new Promise(setImmediate)
  }
  delay.disable()
  const mean = Array.from(out).reduce((sum, value) => sum + value, 0) / out.length
  return { times, delay: delay.percentile(99) / 1e6, memory: memory() - before, mean }
}

const peer = peers[process.env.DAISYCHAIN_PEER ?? '']
if (peer && process.send)
  measure(peer).then(
    (measured) => process.send?.(measured, () => process.exit(0)),
    (error: Error) => {
      console.error(error.message)
      process.exit(1)
    },
  )
