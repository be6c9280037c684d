/**
 * Chains of two in a headless Node-RED, over their two bare session.run calls on this thread: the first
 * example, StyleGAN → DenseDepth, and two filters that take about as long as full-size models.
 */
import { availableParallelism } from 'node:os'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createEngine, type Engine, Kept } from '../src/engine'
import { pack } from '../src/engine/lane/pack'
import { type OutputTensor, unpack } from '../src/engine/lane/unpack'
import { counts } from '../src/images'
import { findVariant, isPresent, loadManifests, type Model, modelPath, runModel } from '../src/models'
import { normals } from '../src/random'
import { Image } from '../src/types'
import { live, start, stop } from '../test/nodes/support'
import { thereAndBack } from './echo'
import { type Bench, delayDuring, enough, type Figure, interleaved, isSmoke, median, milliseconds } from './figure'
import { FILTER, PICTURE_OUT, picture, pictureModel } from './models'

const FLAT_OUT = 5000
/** What one lane alone takes on its own. */
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
  /** How many times as long as the bare runs it may take. */
  aims: Record<Isolation, number>
}

const FILTER_SIDE = isSmoke ? 64 : 704
const CHAINS: Chain[] = [
  {
    name: 'chain',
    models: ['stylegan', 'densedepth'],
    payload: normals(1, 512),
    side: 128,
    rounds: 60,
    aims: { process: 1.03, thread: 1.02 },
  },
  {
    name: 'chain of filters',
    models: ['filter', 'filter'],
    payload: new Image({ ...picture(FILTER_SIDE, FILTER_SIDE), channels: 3 }),
    side: FILTER_SIDE,
    rounds: 25,
    aims: { process: 1.05, thread: 1.04 },
  },
]

export const bench: Bench = async () => {
  const known = [...loadManifests(), pictureModel('filter', FILTER, 'filtered')]
  const figures: Record<string, Figure> = {}
  await start(
    CHAINS.flatMap((chain) => KINDS.flatMap((kind) => nodes(chain, kind))),
    known,
  )
  for (const chain of CHAINS) Object.assign(figures, await measure(chain, known))
  await stop()
  for (const chain of CHAINS) Object.assign(figures, await timesOf(chain, known))
  return figures
}

async function measure(chain: Chain, known: Model[]): Promise<Record<string, Figure>> {
  const { name, rounds } = chain
  const bare = await bareRuns(chain, known)
  const runs = {
    bare: bare.run,
    written: bare.runWritten,
    process: () => press(chain, 'process'),
    thread: () => press(chain, 'thread'),
  }
  for (const kind of KINDS) await press(chain, kind) // tells how much room its pictures want
  const before = { ...counts }
  const { read } = Kept.prototype
  let reads = 0
  Kept.prototype.read = function () {
    reads++
    return read.call(this) as never
  }
  for (const kind of KINDS) await press(chain, kind)
  Kept.prototype.read = read
  const codecs = counts.decoded + counts.encoded - before.decoded - before.encoded
  const times = await interleaved(runs, { rounds })
  const row = await inRows({ bare: runs.bare, process: runs.process, thread: runs.thread }, rounds)
  const figures: Record<string, Figure> = {
    [`${name}: two bare runs`]: milliseconds(times.bare),
    [`${name}: with the JavaScript around them that anyone would have to write`]: milliseconds(times.written),
    [`${name}: pictures encoded or decoded between two nodes`]: { value: codecs, unit: '', aim: 0, better: 'lower' },
    [`${name}: pictures copied in Node-RED's process`]: { value: reads, unit: '', aim: 0, better: 'lower' },
  }
  for (const kind of KINDS) {
    const ratio = times[kind] / times.bare
    const gain = times.written / times[kind]
    figures[`${name}: ${kind} lane, in all`] = milliseconds(times[kind])
    figures[`${name}: ${kind} lane over the bare runs`] = {
      value: ratio,
      unit: '×',
      aim: chain.aims[kind],
      better: 'lower',
    }
    // What the processor's caches hold of one way, the next one drives out.
    figures[`${name}: ${kind} lane over the bare runs, each many times in a row`] = {
      value: row[kind] / row.bare,
      unit: '×',
      better: 'lower',
    }
    figures[`${name}: what anyone would write, over the ${kind} lane`] = {
      value: gain,
      unit: '×',
      aim: 1.05,
      better: 'higher',
    }
  }
  for (const [kind, run] of Object.entries({ bare: runs.bare, process: runs.process, thread: runs.thread }))
    figures[`${name}: event-loop delay p99, ${kind === 'bare' ? 'bare runs on this thread' : `${kind} lane`}`] =
      milliseconds(await delayDuring(run, FLAT_OUT), kind === 'bare' ? undefined : 5)
  return figures
}

/** The median milliseconds of each work, done over and over before the next has its turn; three turns each. */
async function inRows<K extends string>(
  works: Record<K, () => Promise<unknown>>,
  rounds: number,
): Promise<Record<K, number>> {
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []])) as unknown as Record<K, number[]>
  for (let turn = 0; turn < 3; turn++)
    for (const name of Object.keys(works) as K[])
      times[name].push((await interleaved({ [name]: works[name] }, { rounds }))[name] as number)
  return Object.fromEntries(Object.entries<number[]>(times).map(([name, all]) => [name, median(all)])) as Record<
    K,
    number
  >
}

/** Where the time of a message through both models goes, without the flow around them: the medians of each part. */
async function timesOf({ name, models, payload, rounds }: Chain, known: Model[]): Promise<Record<string, Figure>> {
  const times = { 'in the networks': [], 'in the lane beside them': [], 'to the lane and back': [], 'in Node-RED': [] }
  const seen = Object.entries(times) as [keyof typeof times, number[]][]
  const engine = createEngine({ device: 'cpu', threads: THREADS })
  const asked = { run: 0, beside: 0, all: 0 }
  const watched: Engine = Object.create(engine, {
    run: {
      async value(...given: Parameters<Engine['run']>) {
        const started = performance.now()
        const result = await engine.run(...given)
        asked.all += performance.now() - started
        asked.run += result.ms.run
        asked.beside += result.ms.pre + result.ms.post
        return result
      },
    },
  })
  for (let round = -5; round < enough(rounds); round++) {
    Object.assign(asked, { run: 0, beside: 0, all: 0 })
    const started = performance.now()
    let value = payload
    for (const id of models) {
      const model = known.find((one) => one.id === id) as Model
      const input = model.inputs[0]?.name ?? ''
      const { outputs } = await runModel(model, findVariant(model, 'mini'), { [input]: value }, watched)
      value = Object.values(outputs)[0]
    }
    const whole = performance.now() - started
    const { run, beside, all } = asked
    const parts = [run, beside, all - run - beside, whole - all]
    if (round >= 0) for (const [i, [, list]] of seen.entries()) list.push(parts[i] as number)
  }
  await engine.close()
  const inOne = median(times['in the networks']) / models.length
  return {
    ...Object.fromEntries(
      seen.map(([part, list]) => [`${name}: a message’s time ${part}`, milliseconds(median(list))]),
    ),
    // What no engine in another process can be faster than.
    [`${name}: 300 bytes to another process and back, once for each model`]: milliseconds(
      models.length * (await thereAndBack(inOne)),
    ),
  }
}

function file(id: string, known: Model[]): string {
  const model = known.find((model) => model.id === id)
  if (!model) throw new Error(`There is no model ${id}.`)
  const variant = findVariant(model, 'mini')
  if (!isPresent(model, variant))
    throw new Error(`The weights of ${id} are not here yet, so the chain cannot be measured.`)
  return modelPath(model, variant)
}

/**
 * Runs the sessions one after the other with the same settings as a lane's: with tensors made beforehand, and
 * with what makes tensors of pictures and pictures of tensors around each.
 */
async function bareRuns(
  { models, side }: Chain,
  known: Model[],
): Promise<{ run(): Promise<unknown>; runWritten(): Promise<unknown> }> {
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
      const image = session.inputMetadata.find((input) => input.isTensor && input.shape.length === 4)
      const made = session.outputNames[0] as string
      const width = image?.isTensor && typeof image.shape[3] === 'number' ? image.shape[3] : side
      return {
        run: () => session.run(feeds),
        async runWritten() {
          const packed = image?.isTensor && pack(picture(width, width), { name: '', dtype: 'float32', shape: [] })
          const given = image && packed ? { ...feeds, [image.name]: packed as unknown as Tensor } : feeds
          const output = (await session.run(given))[made] as unknown as OutputTensor
          const isPicture = output.dims.length === 4 && output.dims[1] === 3
          if (isPicture) unpack(made, output, PICTURE_OUT)
        },
      }
    }),
  )
  return {
    async run() {
      for (const { run } of runs) await run()
    },
    async runWritten() {
      for (const { runWritten } of runs) await runWritten()
    },
  }
}

const idOf = (chain: Chain, isolation: Isolation, part: string | number) => `${chain.name}-${isolation}-${part}`

/** The chain on its own engine. */
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
