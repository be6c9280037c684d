/** How much slower models run where the native library can't be loaded, and what WebAssembly threads gain. */
import { createEngine, type Engine, processors } from '../src/engine'
import { findVariant, loadManifests, type Model, runModel } from '../src/models'
import { normals } from '../src/random'
import { type Bench, type Figure, interleaved, median } from './figure'

const ROUNDS = 12

export const bench: Bench = async () => {
  const models = new Map(loadManifests().map((model) => [model.id, model]))
  const run = async (engine: Engine, id: string, inputs: Record<string, unknown>) => {
    const model = models.get(id) as Model
    return Object.values((await runModel(model, findVariant(model), inputs, engine)).outputs)[0]
  }
  // Engines running side by side share the cores; here only one works at a time, so each has them all.
  const threads = Math.min(4, processors())
  const engines = {
    native: createEngine({ device: 'cpu', threads }),
    wasm: createEngine({ device: 'wasm', threads }),
    alone: createEngine({ device: 'wasm', threads: 1 }),
  }
  const room = await run(engines.native, 'stylegan', { z: normals(1, 512) })
  const inputs: Record<string, Record<string, unknown>> = {
    stylegan: { z: normals(1, 512) },
    densedepth: { image: room },
    deeplab: { image: room },
    photosketch: { input: room },
  }
  const slower: Record<string, number> = {}
  const gained: number[] = []
  for (const [id, input] of Object.entries(inputs)) {
    const works = Object.fromEntries(
      Object.entries(engines).map(([name, engine]) => [name, () => run(engine, id, input)]),
    ) as Record<keyof typeof engines, () => Promise<unknown>>
    const { native, wasm, alone } = await interleaved(works, { rounds: ROUNDS, warmUp: 2 })
    slower[id] = wasm / native
    gained.push(alone / wasm)
  }
  await Promise.all(Object.values(engines).map((engine) => engine.close()))
  const times = (value: number): Figure => ({ value: Number(value.toFixed(2)), unit: '×', better: 'lower' })
  return {
    ...Object.fromEntries(
      Object.entries(slower).map(([id, ratio]) => [`wasm: ${id}, over the native library`, times(ratio)]),
    ),
    'wasm: one thread over all': { ...times(median(gained)), better: 'higher' },
  }
}
