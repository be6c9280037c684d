import type { NodeAPI } from 'node-red'
import { isBuiltIn, isGathering } from '../../src/flow'

/** Milliseconds without activity before a message is given up. */
const SILENCE_MS = 10 * 60_000
/** The same in milliseconds if the message is only at nodes that may forget to call `done`. */
const SHORT_PATIENCE = 10_000
const NO_PATIENCE = 1000

interface NodeHere {
  type?: string
  name?: string
  _expectedDoneCount?: number
}
interface Delivery {
  msg: { _msgid?: string }
  destination: { id: string; node?: NodeHere }
}
interface Sending {
  msg: { _msgid?: string }
  source: { id: string }
}
interface Completion {
  msg: { _msgid?: string }
  node: { id: string }
}

/** The messages of one source that are still being processed. */
export interface Flight {
  /** Sends a message by calling `send` at once, and follows it until every node has completed it. */
  follow(id: string, send: () => void): void
  readonly size: number
  /** Waits until fewer than `limit` messages are in the flow; with 1, until there are none. */
  room(limit: number): Promise<void>
  close(): void
}

interface Follower {
  delivered(node: string, here?: NodeHere): void
  completed(node: string): void
  sent(node: string): void
}

/**
 * Message id → its follower. All sources share the hooks, which are installed only while messages are
 * followed.
 */
const followed = new Map<string, Follower>()
/** Ids of messages that were given up → what to call on a late `done`. At most `ABANDONED`. */
const abandoned = new Map<string, (node: string) => void>()
const ABANDONED = 1000
const label = `daisychain-${Math.random().toString(36).slice(2)}`
let isListening = false

/**
 * Follows messages through the flow with Node-RED's hooks. A message is over when each node that got it, or a
 * copy of it, has called `done`. Nodes that never call it count as done on receipt.
 *
 * A node may accept `done` but forget to call it, most often a Function node in one of its branches. The
 * nodes of Node-RED and of this package always call it, so they get ten minutes. Any other gets ten seconds
 * and is then given up: from then on, sending a message counts as its `done`, unless a late `done` shows that
 * it was only slow.
 * @param landed called for each message that is over, with the names of nodes given up for the first time
 */
export function createFlight(hooks: NodeAPI['hooks'], landed: (id: string, forgetful: string[]) => void): Flight {
  const own = new Map<string, { timer?: NodeJS.Timeout }>()
  /** Nodes that haven't called `done` in time. Those that called it later are in `slow`. */
  const forgetful = new Set<string>()
  const slow = new Set<string>()
  let waiting: (() => void)[] = []

  function land(id: string, names: string[] = []) {
    const message = own.get(id)
    if (!message) return
    clearTimeout(message.timer)
    own.delete(id)
    followed.delete(id)
    stopListening(hooks)
    landed(id, names)
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  return {
    get size() {
      return own.size
    },
    follow(id, send) {
      const open = new Map<string, { count: number; here: NodeHere | undefined }>()
      const message: { timer?: NodeJS.Timeout } = {}
      /** Restarts the time limit after activity. */
      const wait = () => {
        clearTimeout(message.timer)
        if (own.has(id)) message.timer = setTimeout(giveUp, patience())
      }
      const patience = () => {
        if ([...open].some(([node, { here }]) => slow.has(node) || isReliable(here))) return SILENCE_MS
        return [...open.keys()].every((node) => forgetful.has(node)) ? NO_PATIENCE : SHORT_PATIENCE
      }
      const giveUp = () => {
        const fresh = [...open].filter(([node]) => !forgetful.has(node))
        for (const node of open.keys()) forgetful.add(node)
        remember(id, (node) => {
          if (forgetful.delete(node)) slow.add(node)
        })
        land(
          id,
          fresh.map(([node, { here }]) => here?.name || here?.type || node),
        )
      }
      const leave = (node: string) => {
        const here = open.get(node)
        if (!here) return // The node was done already, or got the message other than by a wire.
        here.count--
        if (here.count === 0) open.delete(node)
        wait()
        if (open.size === 0) land(id)
      }
      own.set(id, message)
      followed.set(id, {
        delivered(node, here) {
          open.set(node, { count: (open.get(node)?.count ?? 0) + 1, here })
          wait()
        },
        completed: leave,
        sent(node) {
          // The messages that it sends must be on their way first.
          if (forgetful.has(node)) setImmediate(leave, node)
          else if (open.has(node)) wait()
        },
      })
      listen(hooks)
      send()
      // Other hooks may delay delivery. Without a wire there is no delivery at all.
      setImmediate(() => {
        if (open.size === 0) land(id)
      })
    },
    async room(limit) {
      while (own.size >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    },
    close() {
      for (const [id, { timer }] of own) {
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
  add(`onSend.${label}`, (events: Sending[]) => {
    for (const { msg, source } of events) followed.get(msg._msgid ?? '')?.sent(source.id)
  })
  add(`postDeliver.${label}`, ({ msg, destination: { id, node } }: Delivery) => {
    followed.get(msg._msgid ?? '')?.delivered(id, node)
  })
  add(`postReceive.${label}`, ({ msg, destination: { id, node } }: Delivery) => {
    // Undocumented: how many of the node's listeners accept a `done`.
    const never = node?._expectedDoneCount === 0
    // A node that gathers messages waits for the next one: a source that waited for it would block itself.
    if (never || isGathering(node?.type ?? '')) followed.get(msg._msgid ?? '')?.completed(id)
  })
  add(`onComplete.${label}`, ({ msg, node }: Completion) => {
    const id = msg._msgid ?? ''
    followed.get(id)?.completed(node.id)
    abandoned.get(id)?.(node.id)
  })
}

function remember(id: string, late: (node: string) => void): void {
  abandoned.set(id, late)
  const [oldest = ''] = abandoned.keys()
  if (abandoned.size > ABANDONED) abandoned.delete(oldest)
}

/** Whether a node always calls `done`, however long it takes. */
function isReliable({ type = '' }: NodeHere = {}): boolean {
  return /^(daisychain-|subflow:)/.test(type) || type === 'link call' || isBuiltIn(type)
}

function stopListening(hooks: NodeAPI['hooks']): void {
  if (!isListening || followed.size > 0) return
  isListening = false
  hooks.remove(`*.${label}`)
}
