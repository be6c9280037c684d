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
  /** The devices that were skipped, with the reason for each. */
  attempts: Attempt[]
  /** Whether the text was longer than the model can read, so that its end was cut off. */
  isTextCut: boolean
  /** The seed that was drawn because the message had none. Sending it reproduces the result. */
  seed?: number
  /** Whether the model was trained on inputs like these; undefined if that can't be determined. */
  known?: Acquaintance
  /** The number of messages in the model's last run. */
  batch: number
  /**
   * Milliseconds. `wait`: for other runs and for loading the model; `run`: in the model; `pre` and `post`:
   * before and after it.
   */
  ms: { wait: number; pre: number; run: number; post: number }
}

/** Options for a message that is one of several. */
export interface RunModelOptions {
  /** The state that a recurrent model carries from one message to the next. Pass the same Map for all that follow each other. */
  state?: State
  /** Results that are reused for equal inputs, whoever sends them. Pass the same Map for all messages of a node. */
  results?: State
  /**
   * Gives messages their order in the model, while preprocessing and postprocessing of several messages
   * overlap. `come` resolves once earlier messages have left the model; `pass` lets the next one in.
   */
  turn?: Pick<Turn, 'come' | 'pass'>
  /**
   * Whether waiting messages may be batched into one run (see the engine's option). They then wait in the
   * engine, in order.
   */
  batch?: boolean
  /** Called with unfinished text a few times a second, or with an unfinished picture after each turn. */
  partial?(outputs: Record<string, unknown>): void
  /** Called for each spoken sentence except the last one, which is part of the result. */
  sentence?(outputs: Record<string, unknown>): void
  /** Called before each turn of a repeating step with the number of turns completed. */
  progress?(done: number, turns: number): void
  /**
   * Set if the result is being displayed: pictures that stay with the engine then include a small form of at
   * most this many pixels per side.
   */
  glimpse?: number | undefined
  /** Aborted when the result is no longer needed. Steps that haven't started are skipped. */
  signal?: AbortSignal | undefined
}

/**
 * Runs a model on a message's values.
 *
 * @param given input port name → raw value; missing or undefined if the message doesn't have it
 * @throws ValueError about an input, EngineError about the run; both have messages that can be shown to users
 */
export async function runModel(
  model: Model,
  variant: Variant,
  given: Record<string, unknown>,
  engine: Engine,
  {
    state = new Map(),
    results = new Map(),
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

  // The previous message must have written its state before this one reads it.
  if (isRecurrent(variant)) await ownTurn()
  const outputs = await runSteps({
    model,
    variant: honest,
    inputs,
    state,
    results,
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
  // Prepares parts of a picture while others are running.
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
 * Runs a file whose tensors the manifest identifies by name or by position.
 *
 * @param asked called once the request has been sent to the engine
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

/**
 * Variants that fit into memory. Cached, because querying the system takes longer than everything else before
 * a small run.
 */
const fitting = new WeakSet<Variant>()

function requireMemoryOnce(model: Model, variant: Variant): void {
  if (fitting.has(variant)) return
  requireMemory(model, variant)
  fitting.add(variant)
}

/**
 * Called before anything is loaded, because running out of memory could take down the whole computer.
 *
 * @param memory bytes of memory in this computer or container
 * @throws EngineError if a variant's files alone are larger than the memory
 */
export function requireMemory(model: Model, variant: Variant, memory = memorySize()): void {
  const bytes = filesOf(variant).reduce((sum, file) => sum + file.bytes, 0)
  if (bytes <= memory) return
  throw new EngineError(
    'memory',
    `${model.label}'s ${variant.label} has ${readableSize(bytes)} of weights, more than the ${readableSize(memory)} of memory that this computer has: choose a smaller variant, or another computer.`,
  )
}

/**
 * Draws a seed if the message has none, so that users can see and reuse it; undefined if no seed is missing.
 */
function drawSeed(model: Model, variant: Variant, inputs: Record<string, unknown>): number | undefined {
  const port = inputPorts(model, variant).find((port) => port.optional && isSeed(port, variant))
  if (!port || inputs[port.name] !== undefined) return undefined
  const seed = freshSeed()
  inputs[port.name] = seed
  return seed
}

/** Reads every input as its declared type. Missing optional inputs stay undefined. @throws ValueError */
async function readInputs(
  model: Model,
  variant: Variant,
  given: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  // An object without a prototype, because an input may be called "constructor".
  const inputs: Record<string, unknown> = Object.create(null)
  for (const port of inputPorts(model, variant)) {
    const sent = Object.hasOwn(given, port.name) ? given[port.name] : undefined
    const value = isUnset(port, sent) ? defaultOf(port.type) : sent
    if (value === undefined && port.optional) continue
    const read = await readInput(model, variant, port, value, codec)
    // Only models that request four channels handle transparency; for others, pictures are placed on white.
    const isOpaque = port.type.type === 'image' && port.type.channels !== 4 && !isMask(port, variant)
    inputs[port.name] = isImage(read) && isOpaque ? await onWhiteInPieces(read) : read
  }
  return inputs
}
