/** The bundled models and the example chains on one core, the memory they use, and 500 laps of the loop. */
import { createEngine, type Engine } from '../src/engine'
import { findVariant, isPresent, loadManifests, type Model, runModel } from '../src/models'
import { normals } from '../src/random'
import { type Bench, enough, type Figure, interleaved, milliseconds } from './figure'

const ROUNDS = 20
const LAPS = enough(500)
const PROMPT = 'a cozy blue room at night with a red ball'
const bundled = loadManifests().filter((model) => isPresent(model, findVariant(model)))
const models = new Map(bundled.map((model) => [model.id, model]))

export const bench: Bench = async () => {
  const figures: Record<string, Figure> = {}
  const options = { device: 'cpu', isolation: 'thread', threads: 1 } as const
  const z = normals(1, 512)

  const start = performance.now()
  const engine = createEngine(options)
  const room = await run(engine, 'stylegan', { z })
  figures['models: first picture after a cold start'] = milliseconds(performance.now() - start, 1000)
  const map = await run(engine, 'deeplab', { image: room })
  const inputs: Record<string, Record<string, unknown>> = {
    stylegan: { z },
    spade: { semantic_map: map },
    photosketch: { input: room },
    attngan: { caption: PROMPT, seed: 1 },
    gpt2: { prompt: PROMPT, seed: 1 },
  }
  const each = Object.fromEntries(
    [...models.keys()].map((id) => [id, () => run(engine, id, inputs[id] ?? { image: room })]),
  )
  const chains = {
    'Imaginary bedrooms': async () => run(engine, 'densedepth', { image: await run(engine, 'stylegan', { z }) }),
    'Exquisite corpse': async () => {
      const image = await run(engine, 'spade', { semantic_map: map })
      return run(engine, 'attngan', { caption: await run(engine, 'im2txt', { image }), seed: 1 })
    },
    'Cut out and sketch': async () => {
      const image = await run(engine, 'stylegan', { z })
      return run(engine, 'photosketch', { input: await run(engine, 'maskrcnn', { image }) })
    },
    'Captions become stories': async () => {
      const image = await run(engine, 'stylegan', { z })
      return run(engine, 'gpt2', { prompt: await run(engine, 'im2txt', { image }), seed: 1 })
    },
    'Infinite hallucination, one lap': () => lap(engine, map),
  }
  const times = await interleaved({ ...each, ...chains }, { rounds: ROUNDS, warmUp: 2 })
  for (const [name, time] of Object.entries(times))
    figures[`models: ${name in each ? name : `chain "${name}"`}`] = milliseconds(time)
  figures['models: resident memory of Node.js with all models loaded'] = megabytes(process.memoryUsage.rss())

  const grown = await growth(engine, map)
  figures[`models: memory that ${LAPS} laps of SPADE and DeepLab add`] = { ...megabytes(grown), aim: 20 }
  await engine.close()
  return figures
}

async function run(engine: Engine, id: string, inputs: Record<string, unknown>): Promise<unknown> {
  const model = models.get(id) as Model
  return Object.values((await runModel(model, findVariant(model), inputs, engine)).outputs)[0]
}

async function lap(engine: Engine, map: unknown): Promise<unknown> {
  const style = normals(Math.random(), 19)
  return run(engine, 'deeplab', { image: await run(engine, 'spade', { semantic_map: map, style }) })
}

/** How many more bytes this process and its thread lane hold after the laps than after the first hundred. */
async function growth(engine: Engine, first: unknown): Promise<number> {
  let map = first
  let before = 0
  for (let i = 0; i < LAPS + 100; i++) {
    if (i === 100) before = process.memoryUsage.rss()
    map = await lap(engine, map)
  }
  return process.memoryUsage.rss() - before
}

function megabytes(bytes: number): Figure {
  return { value: bytes / 2 ** 20, unit: 'MB', better: 'lower' }
}
