import type { NodeAPI } from 'node-red'
import { isGathering } from '../../src/flow'

/** How long a message may give no sign of life before it is no longer waited for. */
const PATIENCE = 10 * 60_000

interface Delivery {
  msg: { _msgid?: string }
  destination: { id: string; node?: { type?: string; _expectedDoneCount?: number } }
}
interface Completion {
  msg: { _msgid?: string }
  node: { id: string }
}

/** The messages of one source that nodes still work on. */
export interface Flight {
  /** Sends a message by `send`, which is called at once, and follows it until every node has completed it. */
  follow(id: string, send: () => void): void
  readonly size: number
  /** Waits until fewer than `limit` messages are under way; until none is, for 1. */
  room(limit: number): Promise<void>
  close(): void
}

interface Follower {
  delivered(node: string): void
  completed(node: string): void
}

/** Message id → who follows it. The hooks serve all sources, and are there only while messages are followed. */
const followed = new Map<string, Follower>()
const label = `daisychain-${Math.random().toString(36).slice(2)}`
let isListening = false

/**
 * Follows messages through the flow by Node-RED's hooks: a message is over when each node that got it, or a copy of it, has
 * called `done`. Nodes that never do so count as done when they have received; nodes that are silent for ten minutes are
 * given up.
 *
 * @param landed called for each message that is over, with whether it was given up
 */
export function createFlight(hooks: NodeAPI['hooks'], landed: (id: string, givenUp: boolean) => void): Flight {
  const own = new Map<string, NodeJS.Timeout>()
  let waiting: (() => void)[] = []

  function land(id: string, givenUp: boolean) {
    const timer = own.get(id)
    if (!timer) return
    clearTimeout(timer)
    own.delete(id)
    followed.delete(id)
    stopListening(hooks)
    landed(id, givenUp)
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  return {
    get size() {
      return own.size
    },
    follow(id, send) {
      const open = new Map<string, number>()
      const timer = setTimeout(() => land(id, true), PATIENCE)
      own.set(id, timer)
      followed.set(id, {
        delivered(node) {
          open.set(node, (open.get(node) ?? 0) + 1)
          timer.refresh()
        },
        completed(node) {
          const count = open.get(node)
          if (!count) return // It was done before, or had it by another way than a wire.
          timer.refresh()
          if (count > 1) open.set(node, count - 1)
          else open.delete(node)
          if (open.size === 0) land(id, false)
        },
      })
      listen(hooks)
      send()
      // Hooks of others may put the delivery off; with nobody wired there is none.
      setImmediate(() => {
        if (open.size === 0) land(id, false)
      })
    },
    async room(limit) {
      while (own.size >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    close() {
      for (const [id, timer] of own) {
        clearTimeout(timer)
        followed.delete(id)
      }
      own.clear()
      stopListening(hooks)
      for (const wake of waiting) wake()
    },
  }
}

function listen(hooks: NodeAPI['hooks']): void {
  if (isListening) return
  isListening = true
  const add = hooks.add as unknown as (name: string, listener: (event: never) => void) => void
  add(`postDeliver.${label}`, ({ msg, destination }: Delivery) => {
    followed.get(msg._msgid ?? '')?.delivered(destination.id)
  })
  add(`postReceive.${label}`, ({ msg, destination: { id, node } }: Delivery) => {
    // Undocumented: how many of the node's listeners take a `done` to call.
    const never = node?._expectedDoneCount === 0
    // A source that waited for a node which itself waits for more messages would wait for itself.
    if (never || isGathering(node?.type ?? '')) followed.get(msg._msgid ?? '')?.completed(id)
  })
  add(`onComplete.${label}`, ({ msg, node }: Completion) => {
    followed.get(msg._msgid ?? '')?.completed(node.id)
  })
}

function stopListening(hooks: NodeAPI['hooks']): void {
  if (!isListening || followed.size > 0) return
  isListening = false
  hooks.remove(`*.${label}`)
}
