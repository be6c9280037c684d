import { networkCause } from '../../apart/network-cause'
import { readJson, ValueError, withoutUsers } from '../../types/index'
import { RequestError } from '../request-error'

/**
 * A server could not be reached, or refused the request. The message is one sentence, with the server's own
 * words if there are any.
 */
export class RemoteError extends ValueError {
  /**
   * @param status the HTTP status, if there was one
   * @param reason `not-json`: the response wasn't JSON
   */
  constructor(
    message: string,
    readonly status?: number,
    readonly reason?: 'not-json',
  ) {
    super(withoutUsers(message))
  }
}

export interface AskOptions {
  /** Sent as `Authorization: Bearer …`, unless empty. */
  token?: string
  /** Milliseconds for everything, including retries. Default 60 s. */
  timeout?: number
  /** How often to retry if the server is busy (429, 502, 503). Default 0. */
  retries?: number
  signal?: AbortSignal
  /** Maximum bytes of the response. Default 256 MB. */
  largest?: number
}

export interface Asked {
  body: Buffer
  headers: Headers
}

export interface Post {
  body: Buffer | string
  headers?: Record<string, string>
}

/** Maximum bytes of a response by default. */
const MAX_ANSWER_BYTES = 256 * 2 ** 20
/** Maximum bytes of a server's description of itself. */
const MAX_DESCRIPTION_BYTES = 16 * 2 ** 20
const MAX_REFUSAL_BYTES = 100_000
const BUSY: ReadonlySet<number> = new Set([429, 502, 503])

/** Sends a request with GET, or with POST if there is something to post. @throws RemoteError */
export async function ask(url: string, options: AskOptions = {}, post?: Post): Promise<Asked> {
  const { timeout = 60_000, retries = 0, signal, largest = MAX_ANSWER_BYTES } = options
  const limit = new AbortController()
  const timer = setTimeout(
    () => limit.abort(new RemoteError(`${hostOf(url)} gave no answer within ${timeout / 1000} s`)),
    timeout,
  )
  const cancel = () => limit.abort(new RemoteError(`the request to ${hostOf(url)} was cancelled`))
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted) cancel()
  try {
    for (let attempt = 0; ; attempt++) {
      const answer = await askOnce(url, options, post, limit.signal)
      if (answer.ok) return { body: await readAll(answer, largest, limit.signal), headers: answer.headers }
      if (!BUSY.has(answer.status) || attempt >= retries) throw await refusalOf(url, answer, limit.signal)
      await answer.body?.cancel()
      await pause(waitOf(answer, attempt), limit.signal)
    }
  } catch (error) {
    if (limit.signal.aborted) throw limit.signal.reason
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}

async function askOnce(
  url: string,
  { token }: AskOptions,
  post: Post | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const { address, authorization } = withoutUser(url)
  try {
    return await fetch(address, {
      method: post ? 'POST' : 'GET',
      body: post?.body as BodyInit | undefined,
      headers: {
        Accept: 'application/json',
        ...(post && { 'Content-Type': 'application/json' }),
        ...post?.headers,
        ...(authorization && { Authorization: authorization }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      signal,
    })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw new RemoteError(`${hostOf(url)} cannot be reached: ${networkCause(error)}`)
  }
}

async function readAll(answer: Response, largest: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      length += part.length
      if (length > largest) throw new RemoteError(`the answer is larger than ${Math.ceil(largest / 2 ** 20)} MB`)
      parts.push(part)
    }
  } catch (error) {
    if (error instanceof RemoteError || signal.aborted) throw error
    throw new RemoteError(`the answer was cut off: ${networkCause(error)}`)
  }
  return Buffer.concat(parts)
}

async function refusalOf(url: string, answer: Response, signal: AbortSignal): Promise<RemoteError> {
  const { status } = answer
  const text = await readAll(answer, MAX_REFUSAL_BYTES, signal).then(String, () => '')
  const words = wordsIn(text)
  const host = hostOf(url)
  if (words) return new RemoteError(`${host} answers: ${words}`, status)
  if (status === 401 || status === 403) return new RemoteError(`${host} rejected the token (status ${status})`, status)
  if (status === 404) return new RemoteError(`${host} has nothing at ${new URL(url).pathname} (status 404)`, status)
  return new RemoteError(`${host} rejected the request (status ${status})`, status)
}

/** The server's own sentence, from wherever servers put it. */
function wordsIn(text: string): string | null {
  let json: unknown
  try {
    json = readJson(text)
  } catch {
    return null
  }
  const { error, message, detail } = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>
  const inner = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : undefined
  const words = [error, inner, message, detail].find((one) => typeof one === 'string' && one.trim() !== '')
  return typeof words === 'string' ? words.trim().slice(0, 1000) : null
}

/** The wait requested by the server, otherwise 1, 2, 4, … seconds. */
function waitOf({ headers }: Response, attempt: number): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 60) * 1000 : Math.min(30, 2 ** attempt) * 1000
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

export async function askJson(url: string, options: AskOptions, post?: Post): Promise<unknown> {
  const { body } = await ask(url, { largest: MAX_DESCRIPTION_BYTES, ...options }, post)
  try {
    return readJson(body.toString('utf8'), body)
  } catch (error) {
    if (error instanceof ValueError)
      throw new RemoteError(`${hostOf(url)} sent an answer that cannot be read: ${error.message}`)
    throw new RemoteError(`${hostOf(url)} sent an answer that isn't JSON`, undefined, 'not-json')
  }
}

/** @throws RemoteError if it isn't a server's address */
export function addressOf(text: string): URL {
  let url: URL
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}`)
  } catch {
    throw new RemoteError(`"${text.slice(0, 200).replace(/^([a-z]+:\/\/)?.*@/is, '$1')}" isn't a server address`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RemoteError('a server address must begin with http:// or https://')
  }
  return url
}

/** Takes the user and password out of an address. They are sent as browsers do, and never displayed. */
function withoutUser(url: string): { address: string; authorization?: string } {
  const address = new URL(url)
  const { username, password } = address
  if (username === '' && password === '') return { address: url }
  Object.assign(address, { username: '', password: '' })
  const user = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  return { address: address.href, authorization: `Basic ${user}` }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function hostOf(url: string): string {
  return new URL(url).host
}

/** Converts an error while reading a response into one about the server. */
export function asRemoteError(error: unknown): Error {
  return error instanceof RequestError
    ? new RemoteError(`the answer cannot be read: ${error.message}`)
    : (error as Error)
}
