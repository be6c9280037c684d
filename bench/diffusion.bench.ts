/**
 * What the loop of a diffusion model adds to its runs, how soon one that is cancelled ends, and whether
 * pictures leave memory behind. The twin has the size and the tensors of LCM Dreamshaper (3.4 GB), with
 * random weights; where a computer has less than 10 GB of memory, an eighth.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Engine, memorySize } from '../src/engine'
import { loadManifest, loadManifests, type Model, type RunModelOptions, runModel } from '../src/models'
import { LAYERS, writeTwin } from './diffusion-twin'
import { type Bench, enough, type Figure, isSmoke, median, milliseconds } from './figure'

const SMALL = join(__dirname, '../../test/fixtures/models/imagine')
const STEPS = 4

export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-diffusion-'))
  const engine = createEngine({ device: 'cpu' })
  try {
    const layers = isSmoke ? 1 : memorySize() < 10e9 ? Math.ceil(LAYERS / 8) : LAYERS
    const twin = writeTwin(folder, loadManifests().find(({ id }) => id === 'attngan') as Model, layers)
    const size = `${(layers / 16).toFixed(1)} GiB`
    return { ...(await loop(twin, engine, size)), ...(await memory()) }
  } finally {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function loop(twin: Model, engine: Engine, size: string): Promise<Record<string, Figure>> {
  const [variant] = twin.variants as [Model['variants'][number]]
  const paint = (seed: number, options: RunModelOptions = {}) =>
    runModel(twin, variant, { caption: 'a red cat', seed, steps: STEPS }, engine, { partial() {}, ...options })
  await paint(0)
  const added: number[] = []
  const runs: number[] = []
  for (let i = 1; i <= enough(10); i++) {
    const started = performance.now()
    const { ms } = await paint(i)
    added.push(performance.now() - started - ms.run)
    runs.push(ms.run)
  }
  // The least of each: whatever else the computer does only adds to both.
  const [least, run] = [Math.min(...added), Math.min(...runs)]
  const waits: number[] = []
  for (let i = 0; i < enough(8); i++) waits.push(await cancelled(paint, i % STEPS, run / STEPS))
  const took = median(runs) / STEPS
  return {
    [`a step of a twin of ${size}, 512×512`]: milliseconds(run / STEPS),
    [`the loop adds to a picture of ${STEPS} steps`]: milliseconds(least),
    'that is, of its runs': { value: (100 * least) / run, unit: '%', aim: 3, better: 'lower' },
    'cancelled early in a step, it ends after': { value: median(waits) / took, unit: 'steps', aim: 1, better: 'lower' },
  }
}

type Paint = (seed: number, options: RunModelOptions) => Promise<unknown>

/** Cancels a picture at the beginning of a step, where most of it is left. @returns ms until it has ended */
async function cancelled(paint: Paint, turn: number, step: number): Promise<number> {
  const stop = new AbortController()
  let asked = Number.NaN
  const cancel = () => {
    asked = performance.now()
    stop.abort()
  }
  const progress = (done: number) => void (done === turn && setTimeout(cancel, step / 10))
  await paint(turn, { progress, signal: stop.signal }).catch(() => {})
  return performance.now() - asked
}

/** Of the small twin, in this process: what 100 pictures leave behind. */
async function memory(): Promise<Record<string, Figure>> {
  const engine = createEngine({ device: 'cpu', isolation: 'thread' })
  const model = loadManifest(SMALL)
  const [variant] = model.variants as [Model['variants'][number]]
  const state = new Map()
  const paint = async (count: number) => {
    for (let i = 0; i < count; i++)
      await runModel(model, variant, { caption: `red cat ${i}`, seed: i, width: 256, height: 256 }, engine, { state })
    global.gc?.()
    return process.memoryUsage().rss / 2 ** 20
  }
  // Until then the C library's own heaps still grow.
  const before = await paint(enough(800))
  const after = await paint(enough(100))
  await engine.close()
  return { 'memory that 100 more pictures take': { value: after - before, unit: 'MiB', aim: 10, better: 'lower' } }
}
