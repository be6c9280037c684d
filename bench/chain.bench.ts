/** The first example, StyleGAN → DenseDepth, in a headless Node-RED, over the two bare session.run calls on this thread. */
import { availableParallelism } from 'node:os'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { counts } from '../src/images'
import { findVariant, isPresent, loadManifests, modelPath } from '../src/models'
import { normals } from '../src/random'
import { live, start, stop } from '../test/nodes/support'
import { type Bench, delayDuring, type Figure, interleaved, milliseconds } from './figure'

const CHAIN = ['stylegan', 'densedepth']
const ROUNDS = 60
const FLAT_OUT = 5000
/** What one lane alone takes by itself. */
const THREADS = Math.min(4, availableParallelism())

type Isolation = 'process' | 'thread'
const KINDS: Isolation[] = ['process', 'thread']

export const bench: Bench = async () => {
  const files = weights()
  const bare = await bareRuns(files)
  await start(KINDS.flatMap(chain), loadManifests())
  const runs = { bare, process: () => press('process'), thread: () => press('thread') }

  const before = { ...counts }
  await press('process')
  const codecs = counts.decoded + counts.encoded - before.decoded - before.encoded
  const times = await interleaved(runs, { rounds: ROUNDS })
  const figures: Record<string, Figure> = {
    'chain: two bare runs': milliseconds(times.bare),
    'chain: pictures encoded or decoded between two nodes': { value: codecs, unit: '', aim: 0, better: 'lower' },
  }
  for (const kind of KINDS) {
    const ratio = times[kind] / times.bare
    figures[`chain: ${kind} lane, in all`] = milliseconds(times[kind])
    figures[`chain: ${kind} lane over the bare runs`] = { value: ratio, unit: '×', aim: 1.05, better: 'lower' }
  }
  for (const [name, run] of Object.entries(runs))
    figures[`chain: event-loop delay p99, ${name === 'bare' ? 'bare runs on this thread' : `${name} lane`}`] =
      milliseconds(await delayDuring(run, FLAT_OUT), name === 'bare' ? undefined : 10)
  await stop()
  return figures
}

function weights(): string[] {
  const models = loadManifests()
  return CHAIN.map((id) => {
    const model = models.find((model) => model.id === id)
    if (!model) throw new Error(`There is no model ${id}.`)
    const variant = findVariant(model, 'mini')
    if (!isPresent(model, variant))
      throw new Error(`The weights of ${id} are not here yet, so the chain cannot be measured.`)
    return modelPath(model, variant)
  })
}

/** Runs the sessions one after the other with tensors made beforehand, with the same settings as a lane's. */
async function bareRuns(files: string[]): Promise<() => Promise<unknown>> {
  const runs = await Promise.all(
    files.map(async (file) => {
      const session = await InferenceSession.create(file, {
        executionProviders: ['cpu'],
        intraOpNumThreads: THREADS,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      })
      const feeds = Object.fromEntries(
        session.inputMetadata.map((input) => {
          if (!input.isTensor) throw new Error(`${file} takes something that is not a tensor.`)
          // The batch is 1; where the size is free, StyleGAN's picture is 128 × 128.
          const dims = input.shape.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? 1 : 128))
          const count = dims.reduce((a, b) => a * b, 1)
          return [input.name, new Tensor('float32', Float32Array.from(normals(1, count)), dims)]
        }),
      )
      return () => session.run(feeds)
    }),
  )
  return async () => {
    for (const run of runs) await run()
  }
}

/** The chain on an engine of its own. */
function chain(isolation: Isolation) {
  const id = (name: string) => `${isolation}-${name}`
  return [
    { id: id('engine'), type: 'daisychain-engine', isolation, device: 'cpu', threads: THREADS },
    { id: id('stylegan'), type: 'daisychain-stylegan', engine: id('engine'), wires: [[id('densedepth')]] },
    { id: id('densedepth'), type: 'daisychain-densedepth', engine: id('engine'), wires: [[id('end')]] },
    { id: id('end'), type: 'helper' },
  ]
}

const z = normals(1, 512)
const waiting: Partial<Record<Isolation, () => void>> = {}

/** Sends a vector into the chain and waits for the depth at its end. */
function press(isolation: Isolation): Promise<void> {
  return new Promise((resolve) => {
    if (!(isolation in waiting)) live(`${isolation}-end`).on('input', () => waiting[isolation]?.())
    waiting[isolation] = resolve
    live(`${isolation}-stylegan`).receive({ payload: z })
  })
}
