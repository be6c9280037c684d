import { basename } from 'node:path'
import { EngineError } from '../error'
import type { LaneSettings } from '../protocol'
import type { Attempt, LoadedModel, ModelInfo, SessionOptions } from '../types'
import { createBuffers } from './buffers'
import { identify, wholeSize } from './identify'
import { createLadder } from './ladder'
import { loadPath } from './load-path'
import { openServed } from './open-inference'
import { openSession, ports } from './open-session'
import { reasonOf } from './reasons'
import type { Session } from './runtime'

export interface CachedSession extends ModelInfo {
  session: Session
  path: string
  file: string
  bytes: number
  lastUsed: number
  options: SessionOptions
  /** Bytes of the largest input that it was run on. */
  largest: number
  /** Memory its runs share. */
  buffers: ReturnType<typeof createBuffers>
}

/** Loading takes about this many times the file's size, until the real figure is seen. */
const LOAD_FACTOR = 2
/** Working memory for inputs larger than this is not kept between runs, where their size may vary. */
const LARGE_INPUT = 16 * 2 ** 20

/** The sessions of a lane: one for each file and settings, whoever asks. */
export function createSessions(settings: LaneSettings, changed: (loaded: LoadedModel[]) => void) {
  const cache = new Map<string, CachedSession>()
  /** Key → what a session took when it was last loaded. */
  const seen = new Map<string, number>()
  /** Files whose working memory is better given back after each run. */
  const withoutArena = new Set<string>()
  const ladder = createLadder(settings)

  /**
   * The session of a file, loaded if need be; `load` is the milliseconds that took.
   *
   * @param input bytes that the run will be given
   */
  async function get(path: string, asked: SessionOptions, input = 0): Promise<{ model: CachedSession; load: number }> {
    const started = performance.now()
    const found = identify(path)
    const { file, stamp } = found
    const isFree = asked.arena === undefined
    const options = { ...asked, arena: asked.arena ?? !withoutArena.has(file) }
    const key = JSON.stringify([file, stamp, found.size, options.arena, options.graphOptimization ?? 'all'])
    const known = cache.get(key)
    if (known) {
      if (isFree && options.arena && input > LARGE_INPUT && mayVary(known)) return reload(path, asked, input, key)
      known.lastUsed = performance.now()
      return { model: known, load: 0 }
    }
    // The same file with another stamp was replaced on disk: nobody can ask for the old one again.
    for (const [other, old] of cache) if (old.file === file && JSON.parse(other)[1] !== stamp) await remove(other)
    const load = loadPath(path, file)
    const size = wholeSize({ ...found, file: load })
    const need = settings.server ? 0 : (seen.get(key) ?? size * LOAD_FACTOR)
    await makeRoom(path, need)
    if (!settings.server) ladder.warmUp() // the library's own memory does not count as the first model's
    const before = process.memoryUsage.rss()
    const made = await create(load, options)
    const grown = settings.ownProcess ? process.memoryUsage.rss() - before : 0
    const model: CachedSession = {
      ...made,
      path,
      file,
      options: asked,
      // What it takes under way is not seen again when memory of an earlier session is used once more.
      bytes: settings.server ? 0 : Math.max(size, grown, settings.ownProcess ? (seen.get(key) ?? 0) : need),
      lastUsed: performance.now(),
      largest: 0,
      buffers: createBuffers(),
    }
    cache.set(key, model)
    if (isFree && options.arena && input > LARGE_INPUT && mayVary(model)) return reload(path, asked, input, key)
    tell()
    return { model, load: performance.now() - started }
  }

  /** Again, without an arena. */
  async function reload(path: string, asked: SessionOptions, input: number, key: string) {
    const file = cache.get(key)?.file
    if (file) withoutArena.add(file)
    await remove(key)
    return get(path, asked, input)
  }

  async function create(file: string, options: SessionOptions): Promise<ModelInfo & { session: Session }> {
    if (settings.server) {
      const session = (await openServed(file, settings.server)) as unknown as Session
      return { session, device: 'server', attempts: [], ...ports(basename(file), session) }
    }
    const climbed = await ladder.climb((device) => openSession(file, device, settings, options))
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
   * Corrects what a session is counted with by what a run on a larger input than ever was seen to take, and makes room again if
   * that is too much. Runs on smaller inputs do not make it larger: if memory grows in those, it is other memory.
   */
  async function ran(model: CachedSession, input: number, grown: number): Promise<void> {
    model.largest = input
    if (!settings.ownProcess || settings.server || grown <= 0) return
    model.bytes += grown
    const key = [...cache].find(([, other]) => other === model)?.[0]
    if (key) seen.set(key, model.bytes)
    const { memoryLimit } = settings
    if (memoryLimit && model.bytes > memoryLimit && key && model.options.arena === undefined) {
      withoutArena.add(model.file)
      await remove(key)
    } else {
      await shrink(0, model)
      tell()
    }
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
    const oldestFirst = [...cache].sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    let used = oldestFirst.reduce((sum, [, model]) => sum + model.bytes, 0)
    for (const [key, model] of oldestFirst) {
      if (used + bytes <= settings.memoryLimit) return
      if (model === keep) continue
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
    ran,
    release: (path: string) => removeWhere((model) => model.path === path || model.file === path),
    releaseIdle: () => removeWhere((model) => performance.now() - model.lastUsed >= settings.idleRelease),
    releaseAll: () => removeWhere(() => true),
  }
}

/** Whether an input has a free size besides the number of examples. */
function mayVary({ inputs }: ModelInfo): boolean {
  return inputs.some(({ shape }) => shape.some((size, axis) => axis > 0 && typeof size === 'string'))
}

function refusal(name: string, { device }: LaneSettings, attempts: Attempt[]): string {
  const reasons = attempts.map((attempt) => `${attempt.device}: ${attempt.error}`).join(' ')
  const wanted = device === 'auto' ? 'any accelerator' : device
  return `${name} cannot run entirely on ${wanted}, and the engine is set to strict. Turn strict off to let the CPU help, or choose another device. ${reasons}`
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`
