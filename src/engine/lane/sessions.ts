import { realpathSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { EngineError } from '../error'
import type { LaneSettings } from '../protocol'
import type { Attempt, ChosenDevice, DataType, LoadedModel, ModelInfo, SessionOptions, TensorInfo } from '../types'
import { createBuffers } from './buffers'
import { createLadder, providerOf, reasonOf } from './ladder'
import { loadRuntime, type Runtime, type Session } from './runtime'

export interface CachedSession extends ModelInfo {
  session: Session
  path: string
  file: string
  bytes: number
  lastUsed: number
  /** Memory its runs share. */
  buffers: ReturnType<typeof createBuffers>
}

/** Loading takes about this many times the file's size, until the real figure is seen. */
const LOAD_FACTOR = 2

/** The sessions of a lane: one for each file and settings, whoever asks. */
export function createSessions(settings: LaneSettings, changed: (loaded: LoadedModel[]) => void) {
  const cache = new Map<string, CachedSession>()
  const ladder = createLadder(settings)

  /** The session of a file, loaded if need be; `load` is the milliseconds that took. */
  async function get(path: string, options: SessionOptions): Promise<{ model: CachedSession; load: number }> {
    const started = performance.now()
    const { file, stamp, size } = identify(path)
    const key = JSON.stringify([file, stamp, size, options.arena ?? true, options.graphOptimization ?? 'all'])
    const known = cache.get(key)
    if (known) {
      known.lastUsed = Date.now()
      return { model: known, load: 0 }
    }
    // The same file with another stamp was replaced on disk: nobody can ask for the old one again.
    for (const [other, old] of cache) if (old.file === file && JSON.parse(other)[1] !== stamp) await remove(other)
    await makeRoom(path, size * LOAD_FACTOR)
    loadRuntime() // its own memory does not count as the first model's
    const before = process.memoryUsage.rss()
    const made = await create(file, options)
    const grown = settings.ownProcess ? process.memoryUsage.rss() - before : size * LOAD_FACTOR
    const model = { ...made, path, file, bytes: Math.max(size, grown), lastUsed: Date.now(), buffers: createBuffers() }
    cache.set(key, model)
    tell()
    return { model, load: performance.now() - started }
  }

  async function create(file: string, options: SessionOptions): Promise<ModelInfo & { session: Session }> {
    const ort = loadRuntime()
    const climbed = await ladder.climb((device) =>
      ort.InferenceSession.create(file, sessionOptions(device, settings, options)),
    )
    const { attempts, device } = climbed
    if (device) {
      const session = climbed.made
      try {
        return { session, device, attempts, ...ports(basename(file), session) }
      } catch (error) {
        await session.release()
        throw error
      }
    }
    if (attempts.at(-1)?.device !== 'cpu') throw new EngineError('device', refusal(basename(file), settings, attempts))
    throw new EngineError(
      'model-broken',
      `${basename(file)} could not be loaded: it is damaged or not a model that ONNX Runtime knows (${reasonOf(climbed.last)}). Fetch it again or choose another file.`,
    )
  }

  /** Releases the least recently used sessions until `bytes` more fit. */
  async function makeRoom(path: string, bytes: number): Promise<void> {
    const limit = settings.memoryLimit
    if (!limit) return
    if (bytes > limit)
      throw new EngineError(
        'memory',
        `${basename(path)} needs about ${megabytes(bytes)}, more than the engine's limit of ${megabytes(limit)}. Raise the limit or choose a smaller model.`,
      )
    const oldestFirst = [...cache].sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    let used = oldestFirst.reduce((sum, [, model]) => sum + model.bytes, 0)
    for (const [key, model] of oldestFirst) {
      if (used + bytes <= limit) return
      used -= model.bytes
      await remove(key)
    }
  }

  async function remove(key: string): Promise<void> {
    const model = cache.get(key)
    cache.delete(key)
    tell()
    await model?.session.release()
  }

  async function removeWhere(test: (model: CachedSession) => boolean): Promise<void> {
    for (const [key, model] of [...cache]) if (test(model)) await remove(key)
  }

  function tell() {
    changed([...cache.values()].map(({ path, device, attempts, bytes }) => ({ path, device, attempts, bytes })))
  }

  return {
    get,
    release: (path: string) => removeWhere((model) => model.path === path || model.file === path),
    releaseIdle: () => removeWhere((model) => Date.now() - model.lastUsed >= settings.idleRelease),
    releaseAll: () => removeWhere(() => true),
  }
}

function identify(path: string): { file: string; stamp: number; size: number } {
  let file: string
  let stat: ReturnType<typeof statSync>
  try {
    file = realpathSync(path)
    stat = statSync(file)
  } catch {
    throw new EngineError('model-missing', `There is no model file ${path}. Check the path, or fetch the model again.`)
  }
  if (!stat?.isFile())
    throw new EngineError('model-missing', `${path} is not a file, so it cannot be a model. Choose an .onnx file.`)
  if (stat.size === 0)
    throw new EngineError('model-broken', `The model file ${path} is empty. Fetch it again or choose another file.`)
  return { file, stamp: Number(stat.mtimeMs), size: Number(stat.size) }
}

/** ONNX Runtime ignores names it does not know, so everything it gets is written here. */
function sessionOptions(device: ChosenDevice, settings: LaneSettings, options: SessionOptions) {
  const refuseCpu = settings.strict && device !== 'cpu'
  const create: NonNullable<Parameters<Runtime['InferenceSession']['create']>[1]> = {
    executionProviders: refuseCpu || device === 'cpu' ? [providerOf[device]] : [providerOf[device], 'cpu'],
    graphOptimizationLevel: options.graphOptimization ?? 'all',
    executionMode: 'sequential',
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    enableCpuMemArena: options.arena ?? true,
    logSeverityLevel: 4, // what goes wrong in a session is thrown to its caller, once is enough
    extra: {
      session: {
        // Spinning threads cost other work a third of the machine.
        intra_op: { allow_spinning: '0' },
        inter_op: { allow_spinning: '0' },
        ...(refuseCpu && { disable_cpu_ep_fallback: '1' }),
      },
    },
  }
  return create
}

/** Outputs that are no tensors (lists, dictionaries) cannot be asked for and are left out. */
function ports(name: string, session: Session): { inputs: TensorInfo[]; outputs: TensorInfo[] } {
  type Tensor = Extract<Session['inputMetadata'][number], { isTensor: true }>
  const describe = ({ name, type, shape }: Tensor): TensorInfo => ({ name, dtype: type as DataType, shape: [...shape] })
  const isTensor = (port: Session['inputMetadata'][number]): port is Tensor => port.isTensor
  const other = session.inputMetadata.find((port) => !isTensor(port))
  if (other || !session.outputMetadata.some(isTensor))
    throw new EngineError(
      'model-broken',
      `${name} ${other ? `has the input "${other.name}", which is not a tensor` : 'gives no tensors'}; such models cannot be run here.`,
    )
  return {
    inputs: session.inputMetadata.filter(isTensor).map(describe),
    outputs: session.outputMetadata.filter(isTensor).map(describe),
  }
}

function refusal(name: string, { device }: LaneSettings, attempts: Attempt[]): string {
  const reasons = attempts.map((attempt) => `${attempt.device}: ${attempt.error}`).join('; ')
  const wanted = device === 'auto' ? 'any accelerator' : device
  return `${name} cannot run wholly on ${wanted}, and the engine is set to strict (${reasons}). Turn strict off to let the CPU help, or choose another device.`
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`
