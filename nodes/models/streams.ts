import { hearsInFrames, type State, type Variant } from '../../src/models'
import { clientOf } from '../shared/queries'

/** How many sounds may arrive in pieces at the same time, and how many connections of Node-RED's own nodes. */
const MOST = 16

type Message = Parameters<typeof clientOf>[0] & { parts?: unknown }

/**
 * The states of a recurrent model. Each client has its own, so that nobody's result depends on what others sent: a
 * query, or a connection whose queries follow each other. Each sound has its own too: pieces with the same
 * `msg.parts.id` belong together. All other messages continue the previous one.
 */
export interface Streams {
  of(msg: Message, variant: Variant): State
  /** Forgets what the message continues. If it doesn't come from a client, forgets everything. */
  clear(msg: Message): void
}

export function createStreams(): Streams {
  const common: State = new Map()
  /** The latest last. */
  const named = new Map<string, State>()
  let ofObjects = new WeakMap<object, State>()

  function find(key: object | string): State {
    if (typeof key === 'object') {
      const state = ofObjects.get(key) ?? new Map()
      ofObjects.set(key, state)
      return state
    }
    const state = named.get(key) ?? new Map()
    named.delete(key)
    named.set(key, state)
    if (named.size > MOST) named.delete(named.keys().next().value as string)
    return state
  }

  return {
    of(msg, variant) {
      if (hearsInFrames(variant)) {
        const { id, index } = (msg.parts ?? {}) as { id?: unknown; index?: unknown }
        const key = `sound ${id}`
        if (id !== undefined && index === 0) named.delete(key)
        if (id !== undefined) return find(key)
      }
      const client = clientOf(msg)
      return client === undefined ? common : find(client)
    },
    clear(msg) {
      const client = clientOf(msg)
      if (typeof client === 'string') named.delete(client)
      else if (client) ofObjects.delete(client)
      else {
        common.clear()
        named.clear()
        ofObjects = new WeakMap()
      }
    },
  }
}
