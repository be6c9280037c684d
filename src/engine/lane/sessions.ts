import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Ends } from '../../onnx/ends'
import { EngineError } from '../error'
import type { LaneSettings } from '../protocol'
import type { Attempt, LoadedModel, ModelInfo, SessionOptions } from '../types'
import { createBuffers } from './buffers'
import { createCarried } from './carried'
import { type EndNames, NO_ENDS } from './ends'
import { identify, type ModelFile, wholeSize } from './identify'
import { createLadder } from './ladder'
import { loadPath } from './load-path'
import { memoryGrowth } from './memory-growth'
import { openServed } from './open-inference'
import { openSession, ports } from './open-session'
import { reasonOf } from './reasons'
import type { Session } from './runtime'

/** The properties by which two sessions differ. */
interface Key extends ModelFile {
  arena: boolean
  graphOptimization: NonNullable<SessionOptions['graphOptimization']>
  still: boolean
  /** The steps added before and after the network. */
  ends: Ends | null
}

export interface CachedSession extends ModelInfo {
  session: Session
  /** As requested; `key.file` is the real path. */
  path: string
  key: Key
  /** Which of its tensors are bytes or finished numbers, and the session's names for them. */
  ends: EndNames
  bytes: number
  lastUsed: number
  options: SessionOptions
  /** Size in bytes of the largest input so far. */
  largest: number
  /** Memory that its runs share. */
  buffers: ReturnType<typeof createBuffers>
  /** Outputs kept for later runs. */
  carried: ReturnType<typeof createCarried>
}

/** Loading is assumed to take this many times the file's size until it has been measured. */
const LOAD_FACTOR = 2
/** If an input's size may vary, working memory for inputs larger than this isn't kept between runs. */
const LARGE_INPUT = 16 * 2 ** 20

/**
 * The sessions of a lane: one for each combination of file, settings and added steps, shared by all callers.
 */
export function createSessions(settings: LaneSettings, changed: (loaded: LoadedModel[]) => void) {
  const cache = new Set<CachedSession>()
  /** The memory that sessions took when they were last loaded. */
  const seen: { key: Key; bytes: number }[] = []
  /** Files whose working memory should be released after each run. */
  const withoutArena = new Set<string>()
  /** Networks that fail with added steps but run without them. */
  const bare: Key[] = []
  const ladder = createLadder(settings)

  /**
   * The session of a file, loaded if necessary. `load` is the loading time in ms.
   * @param input bytes of the run's inputs
   * @param ends the steps of its runs; if omitted, any session of the file will do
   */
  async function get(
    path: string,
    asked: SessionOptions,
    input = 0,
    ends?: Ends | null,
  ): Promise<{ model: CachedSession; load: number }> {
    const started = performance.now()
    const found = identify(path)
    const isFree = asked.arena === undefined
    const key: Key = {
      ...found,
      arena: asked.arena ?? !withoutArena.has(found.file),
      graphOptimization: asked.graphOptimization ?? 'all',
      still: asked.still ?? false,
      ends: settings.server ? null : (ends ?? null),
    }
    if (bare.some((one) => isSame(one, key))) key.ends = null
    const known = [...cache].find((one) => isSame(one.key, ends === undefined ? { ...key, ends: one.key.ends } : key))
    const isTooLarge = (model: CachedSession) => isFree && key.arena && input > LARGE_INPUT && mayVary(model)
    if (known) {
      if (isTooLarge(known)) return reload(known)
      known.lastUsed = performance.now()
      return { model: known, load: 0 }
    }
    // Removes sessions that won't be used again: those of a replaced file (with another stamp), and one that
    // was only inspected.
    await removeWhere(
      (old) => old.key.file === key.file && (old.key.stamp !== key.stamp || (old.largest === 0 && key.ends !== null)),
    )
    const load = loadPath(path, key.file)
    const size = wholeSize({ ...found, file: load })
    const taken = seen.find((one) => isSame(one.key, key))?.bytes
    const need = settings.server ? 0 : (taken ?? size * LOAD_FACTOR)
    await makeRoom(path, need)
    if (!settings.server) ladder.warmUp() // the library's own memory doesn't count towards the first model
    const growth = memoryGrowth()
    const made = await create(load, key)
    const grown = settings.ownProcess ? growth() : 0
    const model: CachedSession = {
      ...made,
      path,
      key,
      options: asked,
      // The growth is too small if loading reuses memory of an earlier session.
      bytes: settings.server ? 0 : Math.max(size, grown, settings.ownProcess ? (taken ?? 0) : need),
      lastUsed: performance.now(),
      largest: 0,
      buffers: createBuffers(),
      carried: createCarried(),
    }
    cache.add(model)
    if (isTooLarge(model)) return reload(model)
    tell()
    return { model, load: performance.now() - started }

    /** Loads a session again, without an arena. */
    async function reload(model: CachedSession) {
      withoutArena.add(model.key.file)
      await remove(model)
      return get(path, asked, input, ends)
    }
  }

  async function create(file: string, key: Key): Promise<ModelInfo & { session: Session; ends: EndNames }> {
    if (settings.server) {
      const session = (await openServed(file, settings.server)) as unknown as Session
      const opened = { session, ends: NO_ENDS }
      return { ...opened, device: 'server', attempts: [], ...ports(basename(file), opened) }
    }
    const climbed = await ladder.climb((device) => openSession(file, device, settings, key, key.ends))
    const { attempts, device } = climbed
    if (device) {
      const { session, ends } = climbed.made
      try {
        return { session, ends, device, attempts, ...ports(basename(file), climbed.made) }
      } catch (error) {
        await session.release()
        throw error
      }
    }
    const lowest = attempts.at(-1)?.device
    if (lowest !== 'cpu' && lowest !== 'wasm')
      throw new EngineError('device', refusal(basename(file), settings, attempts))
    if (climbed.last instanceof EngineError) throw climbed.last
    throw new EngineError(
      'model-broken',
      `${basename(file)} could not be loaded: it is damaged, or not a model that ONNX Runtime supports (${reasonOf(climbed.last)}). Download it again or choose another file.`,
    )
  }

  /**
   * Corrects a session's counted memory if a run on its largest input so far has taken more, and makes room
   * if necessary. Runs on smaller inputs don't change it: memory that grows during those belongs to something
   * else.
   */
  async function ran(model: CachedSession, input: number, grown: number): Promise<void> {
    model.largest = Math.max(1, input)
    if (!settings.ownProcess || settings.server || grown <= 0) return
    model.bytes += grown
    if (cache.has(model)) remember(model)
    const { memoryLimit } = settings
    if (memoryLimit && model.bytes > memoryLimit && cache.has(model) && model.options.arena === undefined) {
      withoutArena.add(model.key.file)
      await remove(model)
    } else {
      await shrink(0, model)
      tell()
    }
  }

  function remember({ key, bytes }: CachedSession): void {
    const known = seen.find((one) => isSame(one.key, key))
    if (known) known.bytes = bytes
    else seen.push({ key, bytes })
  }

  async function makeRoom(path: string, bytes: number): Promise<void> {
    const limit = settings.memoryLimit
    if (limit && bytes > limit)
      throw new EngineError(
        'memory',
        `${basename(path)} needs about ${megabytes(bytes)}, more than the engine's limit of ${megabytes(limit)}. Raise the limit or choose a smaller model.`,
      )
    await shrink(bytes)
  }

  /** Releases the least recently used sessions until `bytes` more fit. */
  async function shrink(bytes: number, keep?: CachedSession): Promise<void> {
    if (!settings.memoryLimit) return
    const oldestFirst = [...cache].sort((a, b) => a.lastUsed - b.lastUsed)
    let used = oldestFirst.reduce((sum, model) => sum + model.bytes, 0)
    for (const model of oldestFirst) {
      if (used + bytes <= settings.memoryLimit) return
      if (model === keep) continue
      used -= model.bytes
      await remove(model)
    }
  }

  async function remove(model: CachedSession): Promise<void> {
    if (!cache.delete(model)) return
    tell()
    await model.session.release()
  }

  async function removeWhere(test: (model: CachedSession) => boolean): Promise<void> {
    for (const model of [...cache]) if (test(model)) await remove(model)
  }

  function tell() {
    changed([...cache].map(({ path, device, attempts, bytes }) => ({ path, device, attempts, bytes })))
  }

  return {
    get,
    /** Loads the library before the first model is needed. */
    prepare(): void {
      if (!settings.server) ladder.warmUp()
    },
    ran,
    /** From now on, runs a network without added steps, because it fails with them. */
    async withoutEnds(model: CachedSession): Promise<void> {
      bare.push(model.key)
      await remove(model)
    },
    release: (path: string) => removeWhere((model) => model.path === path || model.key.file === path),
    releaseIdle: () => removeWhere((model) => performance.now() - model.lastUsed >= settings.idleRelease),
    releaseAll: () => removeWhere(() => true),
  }
}

function isSame(a: Key, b: Key): boolean {
  return (
    a.file === b.file &&
    a.stamp === b.stamp &&
    a.size === b.size &&
    a.arena === b.arena &&
    a.graphOptimization === b.graphOptimization &&
    a.still === b.still &&
    isDeepStrictEqual(a.ends, b.ends)
  )
}

/** Whether an input has a variable size besides the number of examples. */
function mayVary({ inputs }: ModelInfo): boolean {
  return inputs.some(({ shape }) => shape.some((size, axis) => axis > 0 && typeof size === 'string'))
}

function refusal(name: string, { device }: LaneSettings, attempts: Attempt[]): string {
  const reasons = attempts.map((attempt) => `${attempt.device}: ${attempt.error}`).join(' ')
  const wanted = device === 'auto' ? 'any accelerator' : device
  return `${name} cannot run entirely on ${wanted}. Switch off “Fail if this device is unavailable” in the engine's settings to let the CPU help, or choose another device. ${reasons}`
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`
