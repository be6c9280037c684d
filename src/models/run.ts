import {
  type Attempt,
  type Carry,
  type ChosenDevice,
  type Engine,
  EngineError,
  type Fetch,
  type FollowUp,
  type GivenFeed,
  memorySize,
  type RunOptions,
  type RunResult,
  type Turn,
} from '../engine'
import { readableSize } from '../files'
import { codec, letGoOfPictures } from '../images'
import { freshSeed } from '../random'
import { isImage, onWhiteInPieces } from '../types'
import { type Acquaintance, acquaintance, GLANCE, withoutUnits } from './familiar'
import { filesOf, modelPath, sessionOf } from './locate'
import type { Model, Variant } from './manifest'
import { defaultOf, inputPorts, isMask, isSeed, isUnset } from './ports'
import { hasPositions, namesOf, renamed } from './positions'
import { readInput } from './read-input'
import { runSteps } from './steps/run-steps'
import { isRecurrent, runsOnce } from './tasks'
import type { State } from './tasks/task'
import { tokenizerApart } from './text/tokenizer-apart'
import { requireWeights } from './weights'

export interface ModelResult {
  /** Output port name → value. */
  outputs: Record<string, unknown>
  device: ChosenDevice
  /** Devices that were skipped, each with the reason. */
  attempts: Attempt[]
  /** The text was longer than the model reads: its end was cut off. */
  isTextCut: boolean
  /** The seed that was drawn because the message had none: with it, the model produces the same result again. */
  seed?: number
  /** Whether the model is familiar with its input; undefined if it can't tell. */
  known?: Acquaintance
  /** The number of messages in the last run of the model. */
  batch: number
  /**
   * Milliseconds: `wait` for other runs and for the model to load, `run` in the model, and the time before and after.
   */
  ms: { wait: number; pre: number; run: number; post: number }
}

/** How a message is run if there are several. */
export interface RunModelOptions {
  /** What a recurrent model keeps from one message to the next: the same Map for all messages of a node. */
  state?: State
  /** Resolves once earlier messages have left the model: the work before and after that runs in parallel. */
  turn?: Pick<Turn, 'come' | 'pass'>
  /** Waiting messages may be batched into one run: see the engine's option. They then wait in the engine, in order. */
  batch?: boolean
  /** Called with unfinished text a few times a second, or with an unfinished picture after each turn. */
  partial?(outputs: Record<string, unknown>): void
  /** Called with each spoken sentence except the last, which is the result. */
  sentence?(outputs: Record<string, unknown>): void
  /** Called before each turn of a repeating step with the number of finished turns. */
  progress?(done: number, turns: number): void
  /**
   * Someone is watching: pictures that stay with the engine include a small form of at most this many pixels per side.
   */
  glimpse?: number | undefined
  /** The result is no longer wanted: whatever hasn't started isn't run. */
  signal?: AbortSignal | undefined
}

/**
 * Runs a model on a message's values.
 *
 * @param given input port name → the raw value; missing or undefined if the message has none
 * @throws ValueError about an input, EngineError about the run; each message is for people
 */
export async function runModel(
  model: Model,
  variant: Variant,
  given: Record<string, unknown>,
  engine: Engine,
  {
    state = new Map(),
    turn = { come: Promise.resolve(), pass() {} },
    batch = false,
    partial,
    sentence,
    progress,
    glimpse,
    signal,
  }: RunModelOptions = {},
): Promise<ModelResult> {
  await requireWeights(model, variant)
  requireMemoryOnce(model, variant)
  const started = performance.now()
  const ms = { wait: 0, pre: 0, run: 0, post: 0 }
  const inputs = await readInputs(model, variant, given)
  const seed = drawSeed(model, variant, inputs)
  const known = acquaintance(model, variant, inputs)
  const honest = known && !known.isFamiliar ? withoutUnits(variant) : variant
  let device: ChosenDevice = 'cpu'
  let attempts: Attempt[] = []
  let batchSize = 1
  let asked: number | undefined
  let isTextCut = false
  const isOneRun = runsOnce(model, variant)
  const inCompany = batch && isOneRun
  const glimpses = [GLANCE, ...(glimpse ? [{ side: glimpse, isSquare: false }] : [])]

  async function ownTurn(): Promise<void> {
    const since = performance.now()
    await turn.come
    ms.wait += performance.now() - since
  }

  async function run<F extends Record<string, Fetch>>(
    feeds: Record<string, GivenFeed>,
    fetches: F,
    file = variant.file,
    more: Pick<RunOptions, 'carry' | 'followUp'>,
  ): Promise<RunResult<F>> {
    if (asked === undefined) {
      asked = performance.now() - ms.wait
      await ownTurn()
    }
    const path = modelPath(model, variant, file)
    const options = { ...sessionOf(variant, file), batch: inCompany, glimpses, signal, ...more }
    const result = await runFile(engine, path, feeds, fetches, options, () => {
      if (inCompany) turn.pass()
    })
    ms.wait += result.ms.wait + result.ms.load
    ms.pre += result.ms.pre
    ms.run += result.ms.run
    ;({ device, attempts, batch: batchSize } = result)
    if (isOneRun) turn.pass()
    return result
  }

  // The previous message leaves the state from which this one starts.
  if (isRecurrent(variant)) await ownTurn()
  const outputs = await runSteps({
    model,
    variant: honest,
    inputs,
    state,
    ...(partial && { partial }),
    ...(sentence && { sentence }),
    ...(progress && { progress }),
    goOn: () => turn.come,
    haveRun: turn.pass,
    ...(isOneRun && {
      haveRead() {
        for (const [name, value] of Object.entries(inputs)) if (isImage(value)) delete inputs[name]
        letGoOfPictures()
      },
    }),
    textCut() {
      isTextCut = true
    },
    tokenizer: (file) => tokenizerApart(engine, modelPath(model, variant, file)),
    describe: (file = variant.file) => engine.load(modelPath(model, variant, file), sessionOf(variant, file)),
    run: async (feeds, fetches, file, carry) => (await run(feeds, fetches, file, { carry })).outputs,
    runOn: async <Said>(
      feeds: Record<string, GivenFeed>,
      fetches: Record<string, Fetch>,
      file: string | undefined,
      carry: Carry,
      followUp: FollowUp,
    ) => (await run(feeds, fetches, file, { carry, followUp })).said as Said[],
  })
  const ended = performance.now()
  ms.pre += (asked ?? ended) - started
  // Parts of a picture are made ready while others are run.
  ms.post = Math.max(0, ended - started - ms.wait - ms.pre - ms.run)
  return {
    outputs,
    device,
    attempts,
    batch: batchSize,
    ms,
    isTextCut,
    ...(seed !== undefined && { seed }),
    ...(known && { known }),
  }
}

/**
 * Runs a file whose tensors the manifest names, or counts.
 *
 * @param asked called when the engine has been asked
 */
async function runFile<F extends Record<string, Fetch>>(
  engine: Engine,
  path: string,
  feeds: Record<string, GivenFeed>,
  fetches: F,
  options: RunOptions,
  asked: () => void,
): Promise<RunResult<F>> {
  if (!hasPositions(feeds, fetches)) {
    const running = engine.run(path, feeds, fetches, options)
    asked()
    return running
  }
  const { inputs, outputs } = await engine.load(path, options)
  const names = namesOf(fetches, outputs)
  const running = engine.run(path, renamed(feeds, namesOf(feeds, inputs)), renamed(fetches, names), options)
  asked()
  const result = await running
  const back = new Map(Array.from(names, ([asked, name]) => [name, asked]))
  return { ...result, outputs: renamed(result.outputs, back) as RunResult<F>['outputs'] }
}

/** Variants known to fit: asking the system takes longer than everything else before a small run. */
const fitting = new WeakSet<Variant>()

function requireMemoryOnce(model: Model, variant: Variant): void {
  if (fitting.has(variant)) return
  requireMemory(model, variant)
  fitting.add(variant)
}

/**
 * Called before anything is loaded. Using up all memory would take the computer down.
 *
 * @param memory bytes that this computer, or the container, has
 * @throws EngineError if a variant's files alone are larger
 */
export function requireMemory(model: Model, variant: Variant, memory = memorySize()): void {
  const bytes = filesOf(variant).reduce((sum, file) => sum + file.bytes, 0)
  if (bytes <= memory) return
  throw new EngineError(
    'memory',
    `${model.label}'s ${variant.label} has ${readableSize(bytes)} of weights, more than the ${readableSize(memory)} of memory that this computer has: choose a smaller variant, or another computer.`,
  )
}

/** Draws a number for an unset seed, which people can see and reuse; undefined if no seed is unset. */
function drawSeed(model: Model, variant: Variant, inputs: Record<string, unknown>): number | undefined {
  const port = inputPorts(model, variant).find((port) => port.optional && isSeed(port, variant))
  if (!port || inputs[port.name] !== undefined) return undefined
  const seed = freshSeed()
  inputs[port.name] = seed
  return seed
}

/** Reads every input as its type; a missing optional one stays undefined. @throws ValueError */
async function readInputs(
  model: Model,
  variant: Variant,
  given: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  // An input's name may be that of a built-in property of every object, such as "constructor".
  const inputs: Record<string, unknown> = Object.create(null)
  for (const port of inputPorts(model, variant)) {
    const sent = Object.hasOwn(given, port.name) ? given[port.name] : undefined
    const value = isUnset(port, sent) ? defaultOf(port.type) : sent
    if (value === undefined && port.optional) continue
    const read = await readInput(model, variant, port, value, codec)
    // Only a model that asks for four channels sees what is transparent.
    const isOpaque = port.type.type === 'image' && port.type.channels !== 4 && !isMask(port, variant)
    inputs[port.name] = isImage(read) && isOpaque ? await onWhiteInPieces(read) : read
  }
  return inputs
}
