/**
 * `npm run gpu [-- DEVICE… MODEL…] [--json FILE]`: runs the bundled models on each available device and
 * compares them with the processor, in less than five minutes. Prints the benches' table, and what could not
 * run and why. Exits with 1 if an available device could not run a model or differs by more than its
 * tolerance, and with 0 if there is none: then there is nothing to compare.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Figure, interleaved, median, milliseconds } from '../bench/figure'
import { NEGATIVE, PICTURE_OUT, picture } from '../bench/models'
import { createEngine, type Engine, type LocalDevice } from '../src/engine'
import { deviceNames } from '../src/engine/device-names'
import { findVariant, loadManifests, type Model, runModel } from '../src/models'
import { printTable } from './bench/table'
import { type Call, compareRuns, lastCall } from './gpu/compare'
import { goldenInputs } from './seal/golden'

type Card = Exclude<LocalDevice, 'cpu' | 'wasm'>

/**
 * How far a network's numbers may be from the processor's, in percent of the largest. By default, CUDA
 * multiplies with the ten bits of TF32 on cards since Ampere, and Core ML with those of 16-bit floats.
 */
const TOLERANCE: Record<Card, number> = { cuda: 1, webgpu: 0.1, directml: 0.1, coreml: 1, tensorrt: 1 }
/** TensorRT compiles each model for minutes, so it is only tried if named. */
const UNASKED: Card[] = ['cuda', 'webgpu', 'directml', 'coreml']

/** In milliseconds. No model is started after the first, and no step of one takes longer than the second. */
const LIMIT = 240_000
const STEP = 45_000
const ROUNDS = 20
const ROUNDS_MS = 1500

const PROBE = join(__dirname, '../../test/fixtures/onnx/add.onnx')
const nine = loadManifests().filter(({ variants }) => variants.some(({ id }) => id === 'mini'))
const end = performance.now() + LIMIT

interface Reference {
  model: Model
  inputs: Record<string, unknown>
  call: Call
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true })
  const cards = Object.keys(TOLERANCE) as Card[]
  const ids = nine.map(({ id }) => id)
  const unknown = positionals.find((word) => !cards.includes(word as Card) && !ids.includes(word))
  if (unknown !== undefined) {
    console.error(`There is no device or model “${unknown}”; there are ${[...cards, ...ids].join(', ')}.`)
    process.exitCode = 2
    return
  }
  const asked = cards.filter((card) => positionals.includes(card))
  const models = nine.filter(({ id }) => positionals.includes(id))
  const { here, absent } = await lookFor(asked.length > 0 ? asked : UNASKED)
  const figures: Record<string, Figure> = {}
  const faults = here.length > 0 ? await measure(here, models.length > 0 ? models : nine, figures) : []
  if (here.length > 0) printTable(figures)
  for (const sentence of absent) console.log(sentence)
  for (const sentence of faults) console.log(sentence)
  console.log(sum(here, faults))
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ figures }, null, 2)}\n`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

function sum(here: Card[], faults: string[]): string {
  if (here.length === 0) return 'No device but the processor runs models here, so there is nothing to compare.'
  const names = here.map((card) => deviceNames[card]).join(', ')
  return faults.length === 0
    ? `All that was run on ${names} agrees with the processor.`
    : `${faults.length} of the models on ${names} could not run or do not agree with the processor.`
}

/** Which devices run the smallest of the models here, and a sentence about each that doesn't. */
async function lookFor(cards: Card[]) {
  const here: Card[] = []
  const absent: string[] = []
  for (const card of cards) {
    const why = await withEngine(card, (engine) => refusal(engine, card, PROBE))
    if (why === null) here.push(card)
    else absent.push(`${deviceNames[card]} could not be tried. ${why}`)
  }
  return { here, absent }
}

/** Null if a device accepts a file, otherwise why it doesn't. */
async function refusal(engine: Engine, card: Card, path: string): Promise<string | null> {
  try {
    const { device, attempts } = await engine.load(path)
    if (device === card) return null
    return attempts.find((attempt) => attempt.device === card)?.error ?? `It ran on ${device} instead.`
  } catch (error) {
    return (error as Error).message
  }
}

async function withEngine<T>(device: LocalDevice, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = createEngine({ device, timeLimit: STEP, lanes: 1, log() {} })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

/** Fills in the figures. @returns a sentence for each model that could not run, or differs */
async function measure(cards: Card[], models: Model[], figures: Record<string, Figure>): Promise<string[]> {
  const faults: string[] = []
  await withEngine('cpu', async (processor) => {
    const references: Reference[] = []
    for (const model of models) {
      const inputs = await goldenInputs(model)
      references.push({ model, inputs, call: await lastCall(model, inputs, processor) })
      figures[`CPU: ${model.id}`] = milliseconds(await timed(model, inputs, processor))
    }
    for (const card of cards)
      await withEngine(card, async (engine) => {
        for (const reference of references) {
          const fault = await measureOne(card, reference, processor, engine, figures)
          if (fault) faults.push(`${deviceNames[card]}, ${reference.model.label}: ${fault}`)
        }
        const fault = await handOn(card, engine, figures).catch((error: Error) => error.message)
        if (fault) faults.push(`${deviceNames[card]}, two small networks: ${fault}`)
      })
  })
  return faults
}

/** @returns what is wrong; null if nothing */
async function measureOne(
  card: Card,
  { model, inputs, call }: Reference,
  processor: Engine,
  engine: Engine,
  figures: Record<string, Figure>,
): Promise<string | null> {
  if (performance.now() > end) return `not run, because ${LIMIT / 60_000} minutes had passed.`
  const name = `${deviceNames[card]}: ${model.id}`
  const refused = await refusal(engine, card, call.path)
  if (refused !== null) return refused
  try {
    const { apart, device } = await compareRuns(call, processor, engine)
    const worst = apart.reduce((one, other) => (other.most <= one.most ? one : other))
    const tolerance = TOLERANCE[card]
    figures[`${name}, difference from the CPU`] = {
      value: 100 * worst.most,
      unit: '%',
      aim: tolerance,
      better: 'lower',
    }
    if (device !== card) return `it ran on ${deviceNames[device as LocalDevice]} instead.`
    figures[`${name}, share of its operators that ran there`] = await share(call, engine)
    figures[name] = milliseconds(await timed(model, inputs, engine))
    return 100 * worst.most <= tolerance
      ? null
      : `“${worst.output}” differs by ${(100 * worst.most).toPrecision(2)} % of its largest number (allowed: ${tolerance} %).`
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * Two small networks in a row: with the picture handed on between them, and with it brought to this process.
 * @returns what is wrong
 */
async function handOn(card: Card, engine: Engine, figures: Record<string, Figure>): Promise<string | null> {
  const run = async (data: unknown) => {
    const feed = { ...picture(1920, 1080), data: data as Uint8Array }
    const { outputs, fromCard = 0 } = await engine.run(NEGATIVE, { image: feed }, { negative: PICTURE_OUT })
    return { result: outputs.negative, fromCard }
  }
  const { data } = picture(1920, 1080)
  const handed = async () => {
    const { result } = await run(data)
    return run(result.kept ?? result.data)
  }
  const brought = async () => run((await run(data)).result.data)
  await run(data) // tells how much room a result needs
  const { fromCard, result } = await handed()
  const found = result.data
  const wanted = (await brought()).result.data
  const times = await interleaved({ handed, brought }, { rounds: 5, warmUp: 1 })
  figures[`${deviceNames[card]}: two small networks, the picture handed on`] = milliseconds(times.handed)
  figures[`${deviceNames[card]}: two small networks, the picture brought here between them`] = milliseconds(
    times.brought,
  )
  if (found.some((byte, i) => Math.abs(byte - (wanted[i] as number)) > 1))
    return 'the picture is another one when it is handed on.'
  return card === 'webgpu' && fromCard !== 1 ? 'the picture does not stay on the card between them.' : null
}

async function share({ path, feeds, outputs, options }: Call, engine: Engine): Promise<Figure> {
  const fetches = Object.fromEntries(outputs.map((name) => [name, { kind: 'tensor' } as const]))
  const { profile = [] } = await engine.run(path, feeds, fetches, { ...options, profile: true })
  const count = (list: typeof profile) => list.reduce((total, { operators }) => total + operators, 0)
  const there = profile.filter(({ provider }) => provider !== 'CPUExecutionProvider')
  return { value: (100 * count(there)) / Math.max(1, count(profile)), unit: '%', better: 'higher' }
}

/**
 * The median time of a message through a model, in milliseconds, with everything before and after its
 * network.
 */
async function timed(model: Model, inputs: Record<string, unknown>, engine: Engine): Promise<number> {
  const run = () => runModel(model, findVariant(model, 'mini'), inputs, engine, { signal: AbortSignal.timeout(STEP) })
  await run()
  const times: number[] = []
  for (const started = performance.now(); times.length < ROUNDS; ) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
    if (performance.now() > Math.min(end, started + ROUNDS_MS)) break
  }
  return median(times)
}

void main()
