import type { NodeAPI } from 'node-red'

/** Whether anybody has an editor in view, and a way to notice when someone opens one. */
export interface Watchers {
  readonly any: boolean
  /** @returns a function that removes the listener */
  whenBegun(listener: () => void): () => void
}

/** Editors send this when they come into view, and when they are hidden. */
const TOPIC = 'comms:message:daisychain/watching'

const known = new WeakMap<NodeAPI['events'], Watchers>()

/** Installations run for weeks unwatched, so work that only editors need is skipped. */
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
