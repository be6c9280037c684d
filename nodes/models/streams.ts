import { hearsInFrames, type State, type Variant } from '../../src/models'
import { signalOf } from '../shared/queries'

/** How many sounds may arrive in pieces at the same time, such as those of several microphones. */
const MOST = 16

interface Message {
  _query?: unknown
  _msgid?: string
  parts?: unknown
}

/**
 * The states of a recurrent model. Each sound has its own: pieces with the same `msg.parts.id` belong
 * together, and a query is a sound by itself. Other messages continue the previous one.
 */
export interface Streams {
  of(msg: Message, variant: Variant): State
  clear(): void
}

export function createStreams(): Streams {
  const common: State = new Map()
  /** The latest last. */
  const sounds = new Map<unknown, State>()
  return {
    of(msg, variant) {
      if (!hearsInFrames(variant)) return common
      const { id, index } = (msg.parts ?? {}) as { id?: unknown; index?: unknown }
      if (id === undefined) return signalOf(msg) ? new Map() : common
      const known = index === 0 ? undefined : sounds.get(id)
      const state = known ?? new Map()
      sounds.delete(id)
      sounds.set(id, state)
      if (sounds.size > MOST) sounds.delete(sounds.keys().next().value)
      return state
    },
    clear() {
      common.clear()
      sounds.clear()
    },
  }
}
