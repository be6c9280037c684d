/** The same model on the same picture: through our engine, ONNX Runtime on Node-RED's own thread, and in WebAssembly. */
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type * as Ort from 'onnxruntime-node'
import { createEngine } from '../src/engine'
import { type Bench, type Figure, median, milliseconds } from './figure'
import { FILTER, PICTURE_OUT, picture } from './models'

const SIZE = 512
const ROUNDS = 30

export const bench: Bench = async () => {
  const image = picture(SIZE, SIZE)
  const figures: Record<string, Figure> = {}
  const engine = createEngine({ device: 'cpu', threads: 1 })
  Object.assign(
    figures,
    await measure('Daisychain, process lane', () => engine.run(FILTER, { image }, { filtered: PICTURE_OUT })),
  )
  await engine.close()
  const native = require('onnxruntime-node') as typeof Ort
  const session = await native.InferenceSession.create(FILTER, { intraOpNumThreads: 1 })
  Object.assign(figures, await measure('onnxruntime-node on the main thread', () => plain(native, session)))
  const web = require('onnxruntime-web') as typeof Ort
  web.env.wasm.numThreads = 1
  const inWasm = await web.InferenceSession.create(readFileSync(FILTER), { executionProviders: ['wasm'] })
  Object.assign(figures, await measure('onnxruntime-web', () => plain(web, inWasm)))
  return figures

  /** As people write it: pixels to floats, run, floats to pixels. */
  async function plain(ort: typeof Ort, model: Ort.InferenceSession): Promise<Uint8ClampedArray> {
    const plane = SIZE * SIZE
    const floats = new Float32Array(3 * plane)
    for (let i = 0; i < plane; i++)
      for (let c = 0; c < 3; c++) floats[c * plane + i] = (image.data[i * 3 + c] as number) / 255
    const { filtered } = await model.run({ image: new ort.Tensor('float32', floats, [1, 3, SIZE, SIZE]) })
    const out = new Uint8ClampedArray(3 * plane)
    const values = filtered?.data as Float32Array
    for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) out[i * 3 + c] = (values[c * plane + i] as number) * 255
    return out
  }
}

async function measure(name: string, work: () => Promise<unknown>): Promise<Record<string, Figure>> {
  for (let i = 0; i < 3; i++) await work()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const times: number[] = []
  delay.enable()
  for (let i = 0; i < ROUNDS; i++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  delay.disable()
  return {
    [`peers: ${name}, median`]: milliseconds(median(times)),
    [`peers: ${name}, event-loop delay p99`]: milliseconds(delay.percentile(99) / 1e6),
    [`peers: ${name}, memory of Node-RED's process`]: {
      value: process.memoryUsage().rss / 2 ** 20,
      unit: 'MB',
      better: 'lower',
    },
  }
}
