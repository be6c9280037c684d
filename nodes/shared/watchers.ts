import type { NodeAPI } from 'node-red'

/** Whether anybody looks at an editor, and what to do when somebody begins to. */
export interface Watchers {
  readonly any: boolean
  /** @returns how to take it back */
  whenBegun(listener: () => void): () => void
}

/** What an editor sends while it is seen, and when it no longer is. */
const TOPIC = 'comms:message:daisychain/watching'

const known = new WeakMap<NodeAPI['events'], Watchers>()

/** Installations run for weeks with nobody looking: what is made for editors only need not be made then. */
export function watchersOf({ events }: Pick<NodeAPI, 'events'>): Watchers {
  const watchers = known.get(events) ?? listen(events)
  known.set(events, watchers)
  return watchers
}

function listen(events: NodeAPI['events']): Watchers {
  const sessions = new Set<string>()
  const listeners = new Set<() => void>()
  events.on(TOPIC, ({ session, data }: { session: string; data: unknown }) => {
    const wasAny = sessions.size > 0
    if (data === true) sessions.add(session)
    else sessions.delete(session)
    if (!wasAny && sessions.size > 0) for (const listener of listeners) listener()
  })
  events.on('comms:connection-removed', ({ session }: { session: string }) => {
    sessions.delete(session)
  })
  return {
    get any() {
      return sessions.size > 0
    },
    whenBegun(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
