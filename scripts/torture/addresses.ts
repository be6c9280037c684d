import { everyNode, flowOf } from './every-node'
import { hostileValue, KINDS } from './hostile'
import { type Random, randomOf } from './hostile/random'
import { startTortured, type Tortured } from './node-red'
import { faultOfSentence } from './sentence'

export interface Addresses {
  /** How often each status was returned. */
  answers: Record<string, number>
  /** The longest time the event loop was held up by our own work, in ms, by address. */
  gaps: Record<string, number>
  faults: string[]
}

/** These would download programs. */
const INSTALLS = /^post \/daisychain(-knobs\/install|\/runtime|\/grpc)$/

/** Bytes of a body that Node-RED accepts. */
const MOST_BYTES = 5e6

/** After this many ms an answer counts as missing. */
const LIMIT = 60_000

/** Sends hostile bodies and path segments to every address that the package adds to the admin API. */
export async function tortureAddresses({
  random: next,
  isOver = () => false,
  rounds = 1,
  log = () => {},
}: {
  random: () => number
  isOver?: () => boolean
  /** How many requests each address gets. */
  rounds?: number
  log?: (line: string) => void
}): Promise<Addresses> {
  const random = randomOf(next)
  const result: Addresses = { answers: {}, gaps: {}, faults: [] }
  const server = await startTortured()
  try {
    const pieces = everyNode(server.folder)
    await server.setFlows(flowOf(pieces))
    const addresses = (await server.addresses()).filter(({ method, path }) => !INSTALLS.test(`${method} ${path}`))
    for (let round = 0; round < rounds; round++) {
      for (const { method, path } of addresses) {
        if (isOver()) return result
        await ask(server, method, path, pieces[random.whole(pieces.length - 1)]?.id ?? '')
      }
    }
    return result
  } finally {
    await server.stop()
  }

  async function ask({ url, look }: Tortured, method: string, path: string, id: string): Promise<void> {
    const name = `${method} ${path}`
    const address = path.replace(/:\w+/g, () => random.pick([id, id, id, ...PARTS]))
    const sent = method === 'get' ? null : await bodyOf(random)
    const add = (fault: string) => {
      result.faults.push(`${method} ${address.slice(0, 200)} (${sent?.called ?? 'no body'}): ${fault}`)
      log(result.faults.at(-1) as string)
    }
    await look()
    const answer = await fetch(url + address, {
      method: method.toUpperCase(),
      headers: { connection: 'close', ...(sent && { 'content-type': sent.type }) },
      ...(sent && { body: sent.body }),
      signal: AbortSignal.timeout(LIMIT),
    }).catch((error: Error) => error)
    if (answer instanceof Error) {
      // Node-RED answers such bodies with an error, and closes the connection while they are still being
      // sent.
      const isTooLarge = (sent?.body.length ?? 0) > MOST_BYTES && answer.name !== 'TimeoutError'
      if (!isTooLarge) return add(`there is no answer: ${answer.message}`)
      result.answers.closed = (result.answers.closed ?? 0) + 1
      return
    }
    const text = await answer.text().catch((error: Error) => error.message)
    result.answers[answer.status] = (result.answers[answer.status] ?? 0) + 1
    const { loop } = await look()
    result.gaps[name] = Math.max(result.gaps[name] ?? 0, loop.worked - loop.cloned)
    const fault = faultOfAnswer(answer.status, text)
    if (fault) add(fault)
  }
}

/**
 * What is wrong with an answer; empty if nothing is. Node-RED reads bodies itself and reports errors in its
 * own words.
 */
export function faultOfAnswer(status: number, text: string): string {
  const shown = text.slice(0, 200)
  if (status >= 500 && status !== 503) return `${status}: ${shown}`
  const wrong = status >= 400 ? sentenceIn(text) : ''
  return wrong && `${status}: ${wrong} (${shown})`
}

/** Path segments that name nothing. */
const PARTS = [
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '__proto__',
  'constructor',
  '%F0%9F%A6%8A',
  '-1',
  'x'.repeat(3000),
  '%2e%2e',
]

export interface Body {
  /** The kind of hostile input it contains. */
  called: string
  /** Empty if the sender sets it. */
  type: string
  /** About how many. */
  bytes: number
  body: string | Uint8Array<ArrayBuffer> | FormData
}

export async function bodyOf(random: Random): Promise<Body & { body: string | Uint8Array<ArrayBuffer> }> {
  const kind = random.pick(KINDS)
  const value = await hostileValue(kind, random.whole(1e6))
  const called = `${kind}`
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
    return {
      called,
      type: random.pick(['application/octet-stream', 'image/png', 'application/json']),
      bytes: value.byteLength,
      body: bytes,
    }
  }
  const json = asJson(random.next() < 0.5 ? value : { [random.pick(FIELDS)]: value })
  return {
    called,
    type: random.pick(['application/json', 'application/json', 'text/plain']),
    bytes: json.length,
    body: json,
  }
}

/** Fields that bodies have. */
const FIELDS = ['id', 'name', 'file', 'path', 'do', 'licence', 'nodes', 'flow', 'type', 'value', 'data', 'url', 'port']

/**
 * How many numbers of a typed array are sent: more than Node-RED accepts in a body, but few enough to take
 * less than a minute.
 */
const MOST_NUMBERS = 2 ** 21

/** What cannot be written is left out. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value, writable) ?? 'null'
  } catch {
    return '{"round":'
  }
}

/** A replacer: `inner` is what `toJSON` returned; for a Buffer, a list of numbers. */
function writable(this: Record<string, unknown>, name: string, inner: unknown): unknown {
  if (typeof inner === 'bigint') return String(inner)
  const value = this[name]
  const isNumbers = ArrayBuffer.isView(value) && 'subarray' in value
  return isNumbers ? Array.from((value as Uint8Array).subarray(0, MOST_NUMBERS)) : inner
}

/** What is wrong with the sentence in one of our answers: answers that aren't JSON are Node-RED's own. */
function sentenceIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? faultOfSentence(message) : ''
  } catch {
    return ''
  }
}
