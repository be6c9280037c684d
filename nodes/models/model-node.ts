import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { createQueue, EngineError, type Turn } from '../../src/engine'
import { underWay } from '../../src/images'
import {
  findVariant,
  inputPorts,
  isOption,
  isRecurrent,
  type LastRun,
  type Model,
  modelPath,
  outputPorts,
  type Port,
  runModel,
  type State,
  sessionOf,
  showsParts,
  speaksText,
  stepFile,
  takesClicks,
  USER_FILE,
  type Variant,
  warmUp,
} from '../../src/models'
import { modelSpec } from '../../src/node-html/model'
import { pictureSettings, readSettings } from '../../src/settings'
import { hasWords } from '../../src/sounds'
import { asFlowFault, ValueError } from '../../src/types'
import { answerRequest, NOT_RUN } from '../shared/answer-request'
import { chosenVariant, type VariantConfig } from '../shared/chosen-variant'
import { engineFault, engineFor, engineKeyFor } from '../shared/engine'
import { tellModel } from '../shared/known-models'
import { type Output, traced } from '../shared/last-results'
import { createMeter } from '../shared/metrics'
import { useModels } from '../shared/model-use'
import { createPreview } from '../shared/preview'
import { signalOf } from '../shared/queries'
import { queueOptions } from '../shared/queue-options'
import { registerNode } from '../shared/register-node'
import { asSentence } from '../shared/sentence'
import { createStatus } from '../shared/status'
import { createUnspoken, wantsParts } from '../shared/unspoken'
import { forgetForClicks, keepForClicks } from './clicks'
import { createDoubts } from './doubts'
import { followDownload } from './follow-download'
import { offerVariants } from './offer-variants'
import { readMessage } from './read-message'
import { createRunControl } from './run-control'
import { createStreams } from './streams'
import { writeMessages } from './write-messages'

/** Settings of a model's node in addition to its options. All of them may be missing. */
export interface ModelConfig extends NodeDef, VariantConfig {
  engine?: string
  [option: string]: unknown
}

/** Milliseconds that an unfinished run gets when its node closes; Node-RED waits 15 seconds. */
export const CLOSE_LIMIT = 10_000

/** A running node of a model, as the editor's endpoints see it. */
export interface ModelNode extends Node {
  model: Model
  /** @throws ValueError unless it is `start` or `stop` */
  control(asked: unknown): void
  readonly lastRun: LastRun | undefined
}

/** Registers the node type of a model. */
export function registerModel(RED: NodeAPI, model: Model, closeLimit = CLOSE_LIMIT): void {
  tellModel(model.node, () => model)
  offerVariants(RED, model)
  registerNode(RED, modelSpec(model), (node: ModelNode, config: ModelConfig) =>
    runNode(RED, node, model, config, closeLimit),
  )
}

interface Message extends NodeMessage {
  control?: unknown
  /** Clears a recurrent model's state. A message that contains nothing else isn't run. */
  reset?: unknown
  /** Whether unfinished text and pictures are also sent. Takes precedence over the node's setting. */
  stream?: unknown
  /** Set by this node and those before it: false while more of the text or picture follows. */
  complete?: boolean
  /** Set by the node: whether a small model recognises its input. Absent if it cannot tell. */
  familiar?: boolean
}

/** A message, and when it arrived (as `performance.now`). */
interface Waiting {
  msg: Message
  since: number
  /** Aborted when the result is no longer wanted. */
  signal: AbortSignal | undefined
  /** Sends messages ahead of the final one. */
  send(messages: NodeMessage[]): void
}

/**
 * How many messages are prepared while one is running: four may share a run, so the next four are ready when
 * it ends.
 */
const AHEAD = 7

/** Errors for which the editor offers a download. */
const LACKING = new Set(['model-missing', 'model-damaged'])

/** How many recent runs the median covers. */
const TIMES = 100

/** Engine and file → the trial run before the first message. */
const trials = new Map<string, Promise<void>>()

/** Runs a model on each message that comes to a node. */
export function runNode(RED: NodeAPI, plain: Node, model: Model, config: ModelConfig, closeLimit = CLOSE_LIMIT): void {
  const node = plain as ModelNode
  const called = `${model.label} (node “${node.name || node.id}”)`
  const use = useModels(engineFor(RED, node, config.engine), engineKeyFor(RED, config.engine), called)
  /** A setting from a newer version that would change every result. */
  let fault = engineFault(RED, config.engine)
  const settings = readSettings(pictureSettings, config, (error, name) => {
    if (name === 'format') fault = asFlowFault(error)
    else node.warn(`${error.message}; using the default.`)
  })
  const preview = createPreview(RED, node.id, settings.preview)
  const status = createStatus(RED, node)
  const doubts = createDoubts(RED, node, model, config.variant)
  const stopFollowing = followDownload(RED, node, model, config.variant)
  const { policy, limit } = queueOptions(settings)
  // A camera's newest picture is best prepared when its turn comes, so it isn't batched.
  const isAll = policy === 'all'
  const queue = createQueue({ policy, limit, ahead: isAll ? AHEAD : 0 }, work)
  const meter = createMeter(node, () => queue.waiting)
  const streams = createStreams()
  const results: State = new Map()
  const speaks = model.variants.some((variant) => speaksText(model, variant))
  const unspoken = createUnspoken()
  let lastRun: LastRun | undefined
  const idle = createIdle((settings.idle ?? 0) * 60_000, unloadIdle)
  let refused = 0
  let waits = 0
  let isWarm = false
  let isClosing = false

  const run = createRunControl(RED, node.id, {
    restart: settings.restart,
    warn: (sentence) => node.warn(sentence),
    changed(isRunning) {
      refused = 0
      if (isRunning) return void load()
      use.engine.withdraw()
      idle.stop()
      isWarm = false
      showStopped()
      use.unload().catch((error: Error) => node.error(error.message))
    },
  })
  Object.assign(node, { model, control: run.control })
  Object.defineProperty(node, 'lastRun', { get: () => lastRun })
  if (!run.isRunning) showStopped()
  else if (settings.loadAtDeploy) void load({ atDeploy: true })
  else use.engine.prepare()

  node.on('input', async (msg: Message, send, done) => {
    if (msg.control === 'status') {
      status.figures(meter.metrics)
      return done()
    }
    try {
      if (msg.control !== undefined && msg.control !== '') {
        run.control(msg.control)
        return done()
      }
      const asked = speaks ? toSpeak(msg) : msg
      if (!asked) return done()
      if (!run.isRunning && settings.whileStopped === 'refuse') {
        refused++
        throw new ValueError(
          'This node is stopped, so the message was rejected: press its button, or send it msg.control "start".',
          'busy',
        )
      }
      if (isAll && queue.waiting >= limit) {
        throw new ValueError(`the queue is full (${queue.waiting} messages), so this one was rejected`, 'busy')
      }
      const pushed = queue.push({ msg: asked, since: performance.now(), signal: signalOf(msg), send })
      if (run.isRunning) status.started(queue.waiting)
      else showStopped()
      const result = await pushed
      if ('dropped' in result || !result.done) {
        meter.dropped()
        answerRequest(msg, 503, NOT_RUN)
        return done()
      }
      send(result.done)
      done()
    } catch (error) {
      meter.failed()
      const sentence = asSentence(error)
      if (run.isRunning) status.failed(sentence)
      else showStopped()
      done(sentence)
    }
  })

  node.on('close', async (removed: boolean, done: () => void) => {
    run.close(removed)
    idle.stop()
    stopFollowing()
    preview.close()
    doubts.close(removed)
    if (removed) forgetForClicks(node.id)
    if (queue.waiting > 0)
      node.log(
        `${queue.waiting} waiting messages were discarded, because the flow was redeployed or Node-RED is shutting down.`,
      )
    isClosing = true
    use.engine.withdraw()
    const giveUp = setTimeout(() => use.engine.cancel(), closeLimit)
    await queue.close()
    clearTimeout(giveUp)
    use.letGo()
    await use.engine.close()
    status.close()
    meter.close(removed)
    done()
  })

  /** @returns the messages for the outputs; null if the message needn't run any more */
  async function work(waiting: Waiting, turn: Turn): Promise<NodeMessage[] | null> {
    const { signal } = waiting
    if (fault) throw fault
    while ((run.isRunning || (await hasStarted())) && !signal?.aborted) {
      try {
        return await underWay(() => runMessage(waiting, turn), { turn: turn.first, signal })
      } catch (error) {
        if (signal?.aborted) return null
        // `withdrawn`: the node was stopped or closed before the model got the message.
        if (!(error instanceof EngineError && error.code === 'withdrawn')) throw error
        if (isClosing) return null
      }
    }
    return null
  }

  /**
   * Waits for the node to be started.
   * @returns false if it is closed first, or if a newer message arrived and only the latest is kept
   */
  async function hasStarted(): Promise<boolean> {
    waits++
    const started = await run.running()
    waits--
    return started && !(policy === 'latest' && queue.waiting > 0)
  }

  async function runMessage(waiting: Waiting, whole: Turn): Promise<NodeMessage[] | null> {
    const { msg, since, signal } = waiting
    const turn: Pick<Turn, 'come' | 'pass'> = {
      get come() {
        return whole.come.then(() => {
          if (!run.isRunning) throw new EngineError('withdrawn', 'The node was stopped.')
          if (isClosing || signal?.aborted) throw new EngineError('withdrawn', 'The query was cancelled.')
        })
      },
      pass: whole.pass,
    }
    idle.stop()
    const queued = performance.now() - since
    const variant = await chosenVariant(RED, model, config, use.engine).catch((error) => {
      if (error instanceof EngineError && LACKING.has(error.code) && config.variant !== USER_FILE)
        doubts.missing(findVariant(model, config.variant), msg)
      throw error
    })
    const given = await readMessage(RED, model, variant, config, msg)
    if (msg.reset && isRecurrent(variant)) {
      await turn.come
      streams.clear(msg)
      if (inputPorts(model, variant).every((port) => isOption(port) || given[port.name] === undefined)) return null
    }
    const { isSent = false, ...parts } = livePart(variant, given, waiting) ?? {}
    const { outputs, device, attempts, batch, ms, known, isTextCut, seed } = await runModel(
      model,
      variant,
      given,
      use.engine,
      {
        state: streams.of(msg, variant),
        results,
        turn,
        batch: isAll,
        ...parts,
        progress: status.progress,
        glimpse: preview.side,
        signal,
      },
    )
    meter.ran({ device, attempts, batch, ms: { ...ms, wait: ms.wait + queued } })
    const took = ms.pre + ms.run + ms.post
    lastRun = { device, attempts, times: [...(lastRun?.times.slice(1 - TIMES) ?? []), took], at: Date.now() }
    const doubt = doubts.ran(variant, msg, known, isTextCut)
    const isNothing = foundNothing(outputPorts(model, variant).flat(), outputs)
    if (run.isRunning) status.done(device, took, queue.waiting, queue.dropped, { doubt, isNothing, seed })
    const messages = await writeMessages(RED, outputPorts(model, variant), outputs, settings.format, msg)
    for (const message of messages as Message[]) {
      if (known) message.familiar = known.isFamiliar
      else delete message.familiar
      // While the text is still being written, its last sentence so far isn't the final one.
      if (isSent) message.complete = msg.complete !== false
    }
    const trace = traced(msg, ...(messages as (Message | null)[]))
    const clicks = takesClicks(variant) && keepForClicks(node.id, msg)
    const about = { device, ms: took, ...(seed !== undefined && { seed }), ...(doubt && { doubt }), ...clicks }
    preview.showAll(shownOutputs(model, variant, outputs, given), about, trace)
    // If the node was stopped during the run, the run has loaded the model again.
    if (!run.isRunning) await use.unload()
    else if (queue.waiting === 0) idle.start()
    return messages
  }

  /** Whether parts of a result are sent before it is complete. A query always gets speech as one sound. */
  function isStreamed(msg: Message): boolean {
    return wantsParts(msg.stream, config.stream) && !(speaks && signalOf(msg))
  }

  /** A message with the part to be spoken now; null if there is none yet. */
  function toSpeak(msg: Message): Message | null {
    if (!isStreamed(msg)) return msg.complete === false ? null : msg
    const port = model.inputs.find(({ type }) => type.type === 'text')
    const text = port && RED.util.getMessageProperty(msg, port.property)
    if (typeof text !== 'string') return msg.complete === false ? null : msg
    const rest = unspoken(msg, text)
    if (rest === text) return msg
    if (!hasWords(rest)) return null
    const asked = { ...msg }
    RED.util.setMessageProperty(asked, (port as Port).property, rest)
    return asked
  }

  /**
   * Shows unfinished text and pictures, and sends them if asked. Undefined for a model that produces its
   * result in one piece.
   */
  function livePart(variant: Variant, given: Record<string, unknown>, { msg, signal, send }: Waiting) {
    const isSent = isStreamed(msg)
    const isSpoken = isSent && speaksText(model, variant)
    if (!isSpoken && !showsParts(model, variant)) return undefined
    const part = (written: Record<string, unknown>) => {
      preview.showAll(shownOutputs(model, variant, written, given), { unfinished: true })
      if (!isSent || signal?.aborted || isClosing) return
      void writeMessages(RED, outputPorts(model, variant), written, settings.format, msg).then((messages) =>
        send(messages.map((message) => ({ ...message, complete: false }))),
      )
    }
    return { isSent, ...(isSpoken ? { sentence: part } : { partial: part }) }
  }

  /** Loads the model and runs it once before the first message arrives. */
  async function load({ atDeploy = false } = {}): Promise<void> {
    status.started(queue.waiting)
    const before = lastRun
    try {
      const variant = await chosenVariant(RED, model, config, use.engine)
      const path = modelPath(model, variant)
      // If another node has it in memory, that node has already tried it or is doing so.
      const isKnown = use.engine.state.loaded.some((loaded) => loaded.path === path)
      // The trial comes first: a session created for a run also serves for loading, but not the reverse.
      if (!isWarm && !isKnown && queue.waiting === 0) await tryOnce(variant, path)
      const { device } = await use.engine.load(path, sessionOf(variant, variant.file))
      await loadSteps(variant)
      isWarm = true
      if (!run.isRunning || isClosing) return
      // If a message has arrived meanwhile, its result is more informative.
      if (queue.waiting === 0 && lastRun === before) status.ready(device)
      idle.start()
    } catch (error) {
      if (isClosing) return
      const sentence = asSentence(error)
      if (run.isRunning) status.failed(sentence)
      // A model that isn't downloaded yet isn't an error until a message needs it.
      if (!(atDeploy && error instanceof EngineError && error.code === 'model-missing')) node.error(sentence.message)
    }
  }

  /** Loads the remaining files of a multi-file model. */
  async function loadSteps({ steps = [], ...variant }: Variant): Promise<void> {
    for (const file of steps.map(stepFile))
      if (file !== undefined && file !== variant.file)
        await use.engine.load(modelPath(model, variant, file), sessionOf({ ...variant, steps }, file))
  }

  /**
   * A trial run fails silently, because no message asked for it; the first failing message reports the error.
   */
  async function tryOnce(variant: Variant, path: string): Promise<void> {
    const key = `${engineKeyFor(RED, config.engine)}\n${path}`
    const trial = trials.get(key) ?? warmUp(model, variant, use.engine).finally(() => trials.delete(key))
    trials.set(key, trial)
    try {
      await trial
    } catch (error) {
      node.debug(`The trial run failed: ${(error as Error).message}`)
    }
  }

  async function unloadIdle(): Promise<void> {
    isWarm = false
    await use.unload()
    if (run.isRunning && !use.isLoaded) status.unloaded()
  }

  function showStopped() {
    // The queue doesn't count the message that is already waiting for the start.
    status.stopped(queue.waiting + Math.min(waits, 1), refused)
  }
}

/** Every output, with the picture on which shapes are drawn and the text that the output continues. */
function shownOutputs(
  model: Model,
  variant: Variant,
  outputs: Record<string, unknown>,
  given: Record<string, unknown>,
): Output[] {
  const picture = inputPorts(model, variant).find(({ type }) => type.type === 'image')
  const prompt = inputPorts(model, variant).find(({ type }) => type.type === 'text')
  const before = prompt && given[prompt.name]
  const after = typeof before === 'string' ? before : undefined
  const ports = outputPorts(model, variant).flat()
  return ports.map(({ name, type }) => ({
    name,
    type,
    value: outputs[name],
    on: picture && given[picture.name],
    after,
  }))
}

/** Whether a list of detections is empty, and no text output says anything either. */
function foundNothing(ports: readonly Port[], outputs: Record<string, unknown>): boolean {
  if (ports.some(({ name, type }) => type.type === 'text' && outputs[name])) return false
  return ports.some(({ name, type }) => {
    const value = outputs[name]
    return type.type === 'array' && type.itemType.type === 'record' && Array.isArray(value) && value.length === 0
  })
}

/** Calls `act` once `start` hasn't been called for `patience` ms. 0 or NaN: never. */
function createIdle(patience: number, act: () => Promise<void>): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const stop = () => clearTimeout(timer)
  return {
    stop,
    start() {
      stop()
      if (patience > 0) timer = setTimeout(() => void act().catch(() => {}), Math.min(patience, 2 ** 31 - 1)).unref()
    },
  }
}
