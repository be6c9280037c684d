import type { Engine } from '../../src/engine'

/** One node's use of an engine. */
export interface ModelUse {
  /** The engine; it keeps track of what is loaded through it. */
  engine: Engine
  /** Whether this node has loaded anything, as far as is known here. */
  readonly isLoaded: boolean
  /** Unloads this node's models, except those that another node with the same engine uses. */
  unload(): Promise<void>
  /** Gives up the models but leaves them in memory, for a node that is about to be redeployed. */
  letGo(): void
}

/** Engine and file → the nodes that use it. */
const users = new Map<string, Set<object>>()

/**
 * @param key the same for all nodes with the same engine
 * @param called this node in sentences: its model and its name
 */
export function useModels(engine: Engine, key: string, called: string): ModelUse {
  const me = {}
  const mine = new Set<string>()

  function hold(path: string) {
    mine.add(path)
    const name = `${key}\n${path}`
    users.set(name, (users.get(name) ?? new Set()).add(me))
  }

  /** @returns the files that are no longer used */
  function drop(): string[] {
    const free = [...mine].filter((path) => {
      const name = `${key}\n${path}`
      const others = users.get(name)
      others?.delete(me)
      if (others && others.size > 0) return false
      users.delete(name)
      return true
    })
    mine.clear()
    return free
  }

  return {
    engine: {
      load(path, options) {
        hold(path)
        return engine.load(path, { called, ...options })
      },
      run(path, feeds, fetches, options) {
        hold(path)
        return engine.run(path, feeds, fetches, { called, ...options })
      },
      prepare: () => engine.prepare(),
      apart: (task, options) => engine.apart(task, options),
      release: (path) => engine.release(path),
      withdraw: () => engine.withdraw(),
      cancel: () => engine.cancel(),
      close: () => engine.close(),
      get state() {
        return engine.state
      },
    },
    get isLoaded() {
      return mine.size > 0
    },
    async unload() {
      for (const path of drop()) await engine.release(path)
    },
    letGo: () => void drop(),
  }
}
