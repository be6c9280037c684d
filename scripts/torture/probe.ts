/**
 * The part of the torture inside Node-RED: hands messages to its nodes, follows them until they end, watches
 * the event loop and the memory meanwhile, and makes file calls fail. `node-red.ts` puts it into the user
 * directory; requests to `POST /torture/…` control it.
 */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { deserialize, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { NodeAPI } from 'node-red'
import { fetchVariant } from '../../src/models/store'
import { downloadable } from '../../test/models/store/server'
import { CATCH } from './every-node'
import { type Disk, failing } from './failing-disk'
import { readingsOfClock } from './jumping-clock'
import { childrenOf } from './lanes'
import { type Loop, watchLoop } from './loop'
import { type Reached, watchReached } from './reached'
import { WEIGHTS } from './weights'

/** How a message ended in the node that it was sent to. */
export interface End {
  /**
   * `silent`: the node is done, but neither sent nor reported anything. `never`: it wasn't done within the
   * limit.
   */
  end: 'delivered' | 'silent' | 'failed' | 'never'
  sentence: string
  /** How many messages it sent. */
  sent: number
  /** A digest of the payload that it sent last, to compare it with others. */
  got: string
  loop: Loop
  /** Bytes of memory that this process took in addition meanwhile. */
  memory: number
  /** How many characters of code it reached that no earlier message had; 0 if that isn't counted. */
  reached: number
}

/** What a process holds. */
export interface Look {
  loop: Loop
  heap: number
  external: number
  resident: number
  descriptors: number
  handles: number
  /** Process ids of its children. */
  children: number[]
  /** How often it has read its clock since the clock was set. */
  readings: number
}

/** The requests that `POST /torture/…` takes. */
interface Asked extends Disk {
  to: string
  file: string
  limit: number
  count: number
  free: number | null
  url: string
}

/** As with --expose-gc: garbage from making the message isn't part of the measurement. */
const collect = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

/** Read now: later there may be no descriptor left to read its manifest. */
const toDownload = downloadable('', { 'weights.onnx': WEIGHTS })

interface Completed {
  msg: { _msgid?: string }
  node: { id: string }
  error?: unknown
}

interface Received {
  msg: { _msgid?: string; error?: { message: unknown } }
  destination: { id: string }
}

interface Sent {
  msg: { _msgid?: string; payload?: unknown }
  source: { id: string }
}

interface Followed {
  to: string
  sent: number
  got: unknown
  over(sentence: string | null): void
}

// biome-ignore lint/suspicious/noExplicitAny: Node-RED has no types for its hooks
type Hooks = { add(name: string, hook: (event: any) => void): void }

/** After this many ms an error counts as not sent to the Catch node. */
const UNHEARD = 5000

module.exports = (RED: NodeAPI) => {
  const loop = watchLoop(RED.util)
  const followed = new Map<string, Followed>()
  const hooks = (RED as unknown as { hooks: Hooks }).hooks
  hooks.add('onSend.torture', (events: Sent[]) => {
    for (const { msg, source } of events) {
      const one = followed.get(msg?._msgid ?? '')
      if (one?.to !== source.id) continue
      one.sent++
      one.got = msg.payload
    }
  })
  hooks.add('onReceive.torture', ({ msg, destination }: Received) => {
    const one = followed.get(msg?._msgid ?? '')
    if (one && destination.id === CATCH) one.over(String(msg.error?.message))
  })
  hooks.add('onComplete.torture', ({ msg, node, error }: Completed) => {
    const one = followed.get(msg?._msgid ?? '')
    if (one?.to !== node.id) return
    if (error === undefined || error === null) one.over(null)
    // The Catch node gets it next.
    else setTimeout(() => followed.get(msg._msgid ?? '') === one && one.over(''), UNHEARD)
  })

  let reached: Reached | null = null
  let numbers = 0
  /** Hands the node a message; resolves when the node is done with it. */
  function send(
    to: string,
    msg: object,
    limit: number,
  ): Promise<Pick<End, 'end' | 'sentence' | 'sent'> & { got: unknown }> {
    const id = `torture-${numbers++}`
    return new Promise((resolve) => {
      const finish = (end: End['end'], sentence: string) => {
        clearTimeout(timer)
        const { sent, got } = followed.get(id) as Followed
        followed.delete(id)
        resolve({ end, sentence, sent, got })
      }
      const timer = setTimeout(finish, limit, 'never', '')
      const one: Followed = {
        to,
        sent: 0,
        got: undefined,
        over: (sentence) =>
          finish(sentence !== null ? 'failed' : one.sent > 0 ? 'delivered' : 'silent', sentence ?? ''),
      }
      followed.set(id, one)
      const node = RED.nodes.getNode(to) as { receive(msg: object): void } | null
      if (!node) finish('failed', `There is no node ${to}.`)
      else node.receive({ ...msg, _msgid: id })
    })
  }

  const at = (path: string, answer: (body: Asked) => unknown) =>
    RED.httpAdmin.post(`/torture/${path}`, async (request, response) => {
      response.json((await answer(request.body ?? {})) ?? {})
    })

  /** The message is in a file, so that making it and bringing it here aren't measured. */
  at('send', async ({ to, file, limit }) => {
    const msg = deserialize(withHeld(() => readFileSync(file))) as object
    collect()
    await new Promise((later) => setTimeout(later, 5))
    const before = withHeld(peak)
    loop.take()
    const { got, ...end } = await send(to, msg, limit)
    await new Promise((later) => setTimeout(later, 5))
    const measured = { loop: loop.take(), memory: withHeld(peak) - before, reached: reached?.take() ?? 0 }
    return { ...end, ...measured, got: digestOf(got) } satisfies End
  })
  /** The same message many times at once. */
  at('flood', async ({ to, file, limit, count }) => {
    const msg = deserialize(withHeld(() => readFileSync(file))) as object
    loop.take()
    const before = withHeld(peak)
    // What was sent isn't kept: it would count as Node-RED's memory.
    const one = async () => {
      const { end, sentence, sent } = await send(to, { ...msg }, limit)
      return { end, sentence, sent }
    }
    const ends = await Promise.all(Array.from({ length: count }, one))
    return { ends, loop: loop.take(), memory: withHeld(peak) - before }
  })
  at('look', () => {
    // Taken first: collecting holds up the loop too, but nobody does that elsewhere.
    const taken = loop.take()
    collect()
    loop.take()
    return withHeld(() => look(taken))
  })
  at('cover', () => {
    reached ??= watchReached((url) => /\/dist\/(src|nodes|plugins)\//.test(url))
  })
  at('disk', (disk) => failing(disk))
  at('hold', ({ free }) => hold(free))
  at('download', async ({ url }) => {
    const [model, variant] = toDownload
    const files = variant.files?.map((file) => ({ ...file, url: `${url}/${file.path}` }))
    const limits = { attempts: 2, backoff: 5 }
    return fetchVariant(model, { ...variant, files }, { limits }).then(
      () => ({ sentence: null }),
      (error: Error) => ({ sentence: error.message }),
    )
  })
  at('addresses', () => addressesOf(RED.httpAdmin as unknown as App))
}

/** Pictures and sounds are distinguished by their numbers. */
function digestOf(payload: unknown): string {
  const { data = payload } = (payload ?? {}) as { data?: unknown }
  const bytes = ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : null
  return createHash('sha256')
    .update(bytes ?? JSON.stringify(payload) ?? '')
    .digest('hex')
}

function look(loop: Loop): Look {
  const { heapUsed, external, rss } = process.memoryUsage()
  const handles = process.getActiveResourcesInfo().length
  const count = (path: string) => {
    try {
      return readdirSync(path).length
    } catch {
      return 0
    }
  }
  return {
    ...{ loop, heap: heapUsed, external, resident: rss, handles },
    descriptors: count('/proc/self/fd'),
    children: childrenOf(process.pid),
    readings: readingsOfClock(),
  }
}

/** Descriptors kept open so that Node-RED has none left. */
const held: number[] = []

/** Keeps all but this many free descriptors open; null: closes all of them. */
function hold(free: number | null): void {
  for (const descriptor of held.splice(0)) closeSync(descriptor)
  if (free === null) return
  try {
    for (;;) held.push(openSync('/dev/null', 'r'))
  } catch {} // none is left
  for (const descriptor of held.splice(0, free)) closeSync(descriptor)
}

/** Does something that needs a descriptor, if necessary with one of those kept open. */
function withHeld<T>(use: () => T): T {
  const lent = held.pop()
  if (lent === undefined) return use()
  closeSync(lent)
  try {
    return use()
  } finally {
    held.push(openSync('/dev/null', 'r'))
  }
}

/** The most bytes resident since the last call, where Linux counts them; elsewhere the bytes resident now. */
function peak(): number {
  try {
    const most = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
    writeFileSync('/proc/self/clear_refs', '5')
    return most
  } catch {
    return process.memoryUsage().rss
  }
}

interface App {
  _router?: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] }
}

/** The addresses that this package adds. */
function addressesOf({ _router }: App): { method: string; path: string }[] {
  return (_router?.stack ?? [])
    .flatMap(({ route }) => (route ? Object.keys(route.methods).map((method) => ({ method, path: route.path })) : []))
    .filter(({ path }) => typeof path === 'string' && path.startsWith('/daisychain'))
}
