import { networkCause } from '../../apart/network-cause'
import { EngineError } from '../error'
import type { LaneServer } from '../protocol'
import { decodeAnswer, encodeJson, encodeRequest } from './open-inference-codec'
import type { ServerWay } from './server-way'

/** Time limit in ms for requests about a model. Runs have the engine's time limit. */
const QUESTION_LIMIT = 10_000
/** Milliseconds without a reply after which a server counts as dead. */
const ALIVE_LIMIT = 2000
/** The largest description or error message that is read, in bytes. */
const LONGEST = 4 * 2 ** 20
/** Maximum bytes of a run's tensors. */
const LARGEST = 2 ** 31 - 1

/** The extension that a server lists if it accepts tensors as bytes after the JSON. */
const BINARY = 'binary_tensor_data'

/**
 * The protocol over HTTP. Tensors are sent as bytes after the JSON, unless the server's list of extensions
 * lacks that one.
 */
export function overHttp(server: LaneServer): ServerWay {
  const address = server.address.replace(/\/+$/, '')
  const authorization = server.token && { authorization: `Bearer ${server.token}` }
  let isBinary = true
  const pathOf = (model: string) => `/v2/models/${encodeURIComponent(model)}`

  async function ask(path: string, request: RequestInit = {}): Promise<Response> {
    const signal = request.signal ?? AbortSignal.timeout(QUESTION_LIMIT)
    const answer = await fetch(address + path, {
      ...request,
      headers: { ...request.headers, ...authorization },
      signal,
    }).catch((error: Error) => {
      throw away(`does not answer (${causeOf(error)})`)
    })
    if (answer.ok) return answer
    const said = `${address} says ${await wordsOf(answer)}`
    // Servers use various status codes for a model that they don't have, or not yet. If a run is refused,
    // other servers would refuse it too.
    const isRun = request.method !== undefined
    const isFinal = isRun && answer.status < 500 && answer.status !== 429 && answer.status !== 404
    throw new EngineError(isFinal ? 'server' : 'server-away', said)
  }

  function away(what: string): EngineError {
    return new EngineError('server-away', `${address} ${what}`)
  }

  return {
    async isAlive() {
      try {
        const answer = await fetch(`${address}/v2/health/live`, {
          headers: { ...authorization },
          signal: AbortSignal.timeout(ALIVE_LIMIT),
        })
        await answer.body?.cancel()
        return true // whatever it says
      } catch {
        return false
      }
    },
    async ready(model) {
      await (await ask(`${pathOf(model)}/ready`)).body?.cancel()
    },
    async describe(model) {
      const { extensions } = Object(await ask('/v2').then(jsonOf, () => null)) as { extensions?: unknown }
      isBinary = !Array.isArray(extensions) || extensions.includes(BINARY)
      return jsonOf(await ask(pathOf(model)))
    },
    async infer(model, tensors, names, signal) {
      const request = isBinary ? binary(tensors, names) : json(tensors, names, address)
      const answer = await ask(`${pathOf(model)}/infer`, { method: 'POST', ...request, signal })
      const bytes = await bytesOf(answer, LARGEST).catch((error: Error) => {
        throw away(`broke off its answer (${causeOf(error)})`)
      })
      return decodeAnswer(bytes, answer.headers.get('inference-header-content-length'), address)
    },
    close() {},
  }
}

function binary(...[tensors, names]: Parameters<typeof encodeRequest>): RequestInit {
  const { body, jsonLength } = encodeRequest(tensors, names)
  const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(jsonLength) }
  return { body, headers }
}

function json(...given: Parameters<typeof encodeJson>): RequestInit {
  return { body: encodeJson(...given), headers: { 'content-type': 'application/json' } }
}

async function jsonOf(answer: Response): Promise<unknown> {
  try {
    return JSON.parse(String(await bytesOf(answer, LONGEST)))
  } catch {
    return null
  }
}

/** The body, up to this many bytes; the rest is ignored. */
async function bytesOf(answer: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part)
    length += part.length
    if (length >= most) break
  }
  return Buffer.concat(parts).subarray(0, most)
}

/** The protocol's errors are `{"error": "…"}`. */
async function wordsOf(answer: Response): Promise<string> {
  const text = (await bytesOf(answer, 4000).catch(() => '')).toString().slice(0, 500)
  try {
    const { error } = JSON.parse(text) as { error?: unknown }
    if (typeof error === 'string') return `${answer.status}: ${error}`
  } catch {
    // Not JSON: a proxy's page, perhaps.
  }
  return `${answer.status} ${answer.statusText}`.trim()
}

function causeOf(error: Error): string {
  if (error.name === 'TimeoutError') return 'no answer in time'
  if (error.name === 'AbortError') return 'not even its health check responds'
  return networkCause(error)
}
