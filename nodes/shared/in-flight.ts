import type { NodeAPI } from 'node-red'
import { isBuiltIn, isGathering } from '../../src/flow'

/** Milliseconds without activity after which a message is no longer waited for. */
const SILENCE_MS = 10 * 60_000
/** The same if only nodes have it that may forget to call `done`, or that have forgotten before. */
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

/** The messages of one source that nodes still work on. */
export interface Flight {
  /** Sends a message by `send`, which is called at once, and follows it until every node has completed it. */
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

/** Message id → who follows it. The hooks serve all sources, and are there only while messages are followed. */
const followed = new Map<string, Follower>()
/** Abandoned messages → who wants to know about a late `done`; at most this many. */
const abandoned = new Map<string, (node: string) => void>()
const ABANDONED = 1000
const label = `daisychain-${Math.random().toString(36).slice(2)}`
let isListening = false

/**
 * Follows messages through the flow by Node-RED's hooks: a message is over when each node that got it, or a copy of it, has
 * called `done`. Nodes that never do so count as done when they have received.
 *
 * A node may take that `done` and forget to call it: most often a Function node in one of its branches. Nodes of Node-RED and of
 * this package don't, and may take ten minutes; any other is given ten seconds, and then no longer waited for: what it sends
 * counts as its `done` from then on, unless a late one shows that it was only slow.
 *
 * @param landed called for each message that is over, with the names of the nodes that it was waited for in vain, each only the
 *   first time
 */
export function createFlight(hooks: NodeAPI['hooks'], landed: (id: string, forgetful: string[]) => void): Flight {
  const own = new Map<string, { timer?: NodeJS.Timeout }>()
  /** Nodes that have not called `done` in time; and those that did so later. */
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
      /** There was activity. */
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
        if (!here) return // It was done before, or got it other than by a wire.
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
          // What it sends must be on its way first.
          if (forgetful.has(node)) setImmediate(leave, node)
          else if (open.has(node)) wait()
        },
      })
      listen(hooks)
      send()
      // Other hooks may delay delivery; if nothing is wired, there is none.
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
    // Undocumented: how many of the node's listeners take a `done` to call.
    const never = node?._expectedDoneCount === 0
    // A source that waited for a node which itself waits for more messages would wait for itself.
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
