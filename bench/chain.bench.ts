/**
 * Chains of two in a headless Node-RED, over their two bare session.run calls on this thread: the first example, StyleGAN →
 * DenseDepth, and two filters that take about as long as full-size models.
 */
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { counts } from '../src/images'
import { findVariant, isPresent, loadManifests, type Model, modelPath } from '../src/models'
import { normals } from '../src/random'
import { Image } from '../src/types'
import { live, start, stop } from '../test/nodes/support'
import { type Bench, delayDuring, type Figure, interleaved, isSmoke, milliseconds } from './figure'
import { FILTER, picture } from './models'

const FLAT_OUT = 5000
/** What one lane alone takes by itself. */
const THREADS = Math.min(4, availableParallelism())

type Isolation = 'process' | 'thread'
const KINDS: Isolation[] = ['process', 'thread']

interface Chain {
  name: string
  /** The models' ids. */
  models: [string, string]
  payload: unknown
  /** Of a picture whose size is free. */
  side: number
  rounds: number
}

const FILTER_SIDE = isSmoke ? 64 : 704
const CHAINS: Chain[] = [
  { name: 'chain', models: ['stylegan', 'densedepth'], payload: normals(1, 512), side: 128, rounds: 60 },
  {
    name: 'chain of filters',
    models: ['filter', 'filter'],
    payload: new Image({ ...picture(FILTER_SIDE, FILTER_SIDE), channels: 3 }),
    side: FILTER_SIDE,
    rounds: 25,
  },
]

export const bench: Bench = async () => {
  const known = [...loadManifests(), filter()]
  const figures: Record<string, Figure> = {}
  await start(
    CHAINS.flatMap((chain) => KINDS.flatMap((kind) => nodes(chain, kind))),
    known,
  )
  for (const chain of CHAINS) Object.assign(figures, await measure(chain, known))
  await stop()
  return figures
}

async function measure(chain: Chain, known: Model[]): Promise<Record<string, Figure>> {
  const { name, rounds } = chain
  const bare = await bareRuns(chain, known)
  const runs = { bare, process: () => press(chain, 'process'), thread: () => press(chain, 'thread') }
  const before = { ...counts }
  await press(chain, 'process')
  const codecs = counts.decoded + counts.encoded - before.decoded - before.encoded
  const times = await interleaved(runs, { rounds })
  const figures: Record<string, Figure> = {
    [`${name}: two bare runs`]: milliseconds(times.bare),
    [`${name}: pictures encoded or decoded between two nodes`]: { value: codecs, unit: '', aim: 0, better: 'lower' },
  }
  for (const kind of KINDS) {
    const ratio = times[kind] / times.bare
    figures[`${name}: ${kind} lane, in all`] = milliseconds(times[kind])
    figures[`${name}: ${kind} lane over the bare runs`] = { value: ratio, unit: '×', aim: 1.05, better: 'lower' }
  }
  for (const [kind, run] of Object.entries(runs))
    figures[`${name}: event-loop delay p99, ${kind === 'bare' ? 'bare runs on this thread' : `${kind} lane`}`] =
      milliseconds(await delayDuring(run, FLAT_OUT), kind === 'bare' ? undefined : 10)
  return figures
}

/** The filter of the other benches as a model with a node. */
function filter(): Model {
  const image = { property: 'payload', type: { type: 'image', channels: 3 }, help: '' } as const
  return {
    id: 'filter',
    node: 'daisychain-filter',
    label: 'Filter',
    summary: '',
    icon: '',
    color: '',
    folder: dirname(FILTER),
    inputs: [{ ...image, name: 'image' }],
    outputs: [[{ ...image, name: 'filtered' }]],
    variants: [
      {
        id: 'mini',
        label: '',
        file: 'filter.onnx',
        about: '',
        licence: '',
        feeds: {
          image: {
            kind: 'image',
            from: 'image',
            layout: 'NCHW',
            scale: 1 / 255,
            offset: 0,
            size: { fit: 'keep', multipleOf: 1 },
          },
        },
        fetches: { filtered: { kind: 'image', to: 'filtered', layout: 'NCHW', scale: 255, offset: 0 } },
      },
    ],
  } as unknown as Model
}

function file(id: string, known: Model[]): string {
  const model = known.find((model) => model.id === id)
  if (!model) throw new Error(`There is no model ${id}.`)
  const variant = findVariant(model, 'mini')
  if (!isPresent(model, variant))
    throw new Error(`The weights of ${id} are not here yet, so the chain cannot be measured.`)
  return modelPath(model, variant)
}

/** Runs the sessions one after the other with tensors made beforehand, with the same settings as a lane's. */
async function bareRuns({ models, side }: Chain, known: Model[]): Promise<() => Promise<unknown>> {
  const runs = await Promise.all(
    models.map(async (id) => {
      const session = await InferenceSession.create(file(id, known), {
        executionProviders: ['cpu'],
        intraOpNumThreads: THREADS,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      })
      const feeds = Object.fromEntries(
        session.inputMetadata.map((input) => {
          if (!input.isTensor) throw new Error(`${id} takes something that is not a tensor.`)
          // The batch is 1.
          const dims = input.shape.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? 1 : side))
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

const idOf = (chain: Chain, isolation: Isolation, part: string | number) => `${chain.name}-${isolation}-${part}`

/** The chain on an engine of its own. */
function nodes(chain: Chain, isolation: Isolation) {
  const id = (part: string | number) => idOf(chain, isolation, part)
  const model = (at: 0 | 1, next: string) => {
    const type = `daisychain-${chain.models[at]}`
    return { id: id(at), type, engine: id('engine'), wires: [[next]] }
  }
  return [
    { id: id('engine'), type: 'daisychain-engine', isolation, device: 'cpu', threads: THREADS },
    model(0, id(1)),
    model(1, id('end')),
    { id: id('end'), type: 'helper' },
  ]
}

const waiting = new Map<string, () => void>()

/** Sends the chain's payload into it and waits for what arrives at its end. */
function press(chain: Chain, isolation: Isolation): Promise<void> {
  const end = idOf(chain, isolation, 'end')
  return new Promise((resolve) => {
    if (!waiting.has(end)) live(end).on('input', () => waiting.get(end)?.())
    waiting.set(end, resolve)
    live(idOf(chain, isolation, 0)).receive({ payload: chain.payload })
  })
}
