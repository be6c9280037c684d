import { type CallersEngine, createEngine, DEFAULTS } from './engine'
import { EngineError } from './error'
import type { Engine, EngineOptions, EngineState } from './types'

/** Milliseconds that an unused engine is kept, so that its models survive a deploy. */
const LINGER = 5000

interface Shared {
  options: Partial<EngineOptions>
  engine: CallersEngine
  users: number
  linger?: NodeJS.Timeout
}

const shared = new Map<string, Shared>()

/** All existing shared engines, with their options and state, for status displays. */
export function sharedEngines(): { options: Partial<EngineOptions>; users: number; state: EngineState }[] {
  return [...shared.values()].map(({ options, users, engine }) => ({ options, users, state: engine.state }))
}

/** A key that is the same for options that share an engine. */
export function engineKey(options: Partial<EngineOptions> = {}): string {
  const { log: _, warn: __, ...rest } = { ...DEFAULTS, ...options }
  return JSON.stringify(Object.entries(rest).sort())
}

/**
 * The engine shared by all callers with the same options. `close` releases the reference once the caller's
 * own work has ended.
 */
export function sharedEngine(options: Partial<EngineOptions> = {}): Engine {
  const { log: _, warn: __, ...rest } = { ...DEFAULTS, ...options }
  const key = engineKey(options)
  const entry: Shared = shared.get(key) ?? { options: rest, engine: createEngine(options), users: 0 }
  shared.set(key, entry)
  clearTimeout(entry.linger)
  entry.users++
  const { engine } = entry
  // After a deploy, models that were set aside get another chance.
  for (const path of engine.state.setAside) engine.release(path).catch(() => {})
  /** The caller's work in progress. Also identifies the caller. */
  const own = new Set<Promise<unknown>>()
  let closing: Promise<void> | null = null
  let isCancelled = false

  function track<T>(start: () => Promise<T>): Promise<T> {
    if (closing || isCancelled) return Promise.reject(new EngineError('closed', 'This engine was closed.'))
    const work = start()
    own.add(work)
    const done = () => own.delete(work)
    work.then(done, done)
    return work
  }

  async function close() {
    await Promise.allSettled(own)
    if (--entry.users > 0) return
    entry.linger = setTimeout(() => {
      shared.delete(key)
      engine.close().catch(() => {}) // nothing awaits it
    }, LINGER).unref()
  }

  return {
    prepare() {
      if (!closing && !isCancelled) engine.prepare()
    },
    load: (path, session) => track(() => engine.load(path, { caller: own, ...session })),
    run: (path, feeds, fetches, run) => track(() => engine.run(path, feeds, fetches, { caller: own, ...run })),
    withdraw: () => engine.withdraw(own),
    cancel() {
      isCancelled = true
      engine.cancel(own)
    },
    apart: (task, options) => track(() => engine.apart(task, { caller: own, ...options })),
    release: (path) => track(() => engine.release(path)),
    close: () => {
      closing ??= close()
      return closing
    },
    get state() {
      return engine.state
    },
  }
}
