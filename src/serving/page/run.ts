import { writeAnswer, writeOutputs } from '../published'
import { asRequestError, RequestError } from '../request-error'
import type { Visit } from './routes'

/** Bytes of bodies that wait in line, of all models together. */
const MOST_WAITING = 256 * 2 ** 20
let waiting = 0
const BEAT_MS = 15_000

export interface RunOptions {
  /** Whether what comes out in between is sent too. */
  links: boolean
  /** Of the body, which is held until its turn comes. */
  bytes: number
  /** Keeps the result. @returns what is known of it besides: its id in the history, and what made it */
  keep(outputs: Record<string, unknown>, ms: number): object
}

/**
 * Runs the model and tells the page how it goes, a line of JSON for each event: `{"place": 3, "seconds": 12}` while it is in line,
 * place 0 when it begins, `{"partial": {…}, "progress": 0.5}` any number of times, and at last `{"outputs": {…}, "ms": 120}` or
 * `{"error": "a sentence", "status": 500}`. Whoever closes the connection cancels.
 *
 * @throws RequestError before the first line
 */
export async function streamRun(
  { model, response, headers, signal, visitor }: Visit,
  read: () => Promise<Record<string, unknown>>,
  { links, bytes, keep }: RunOptions,
): Promise<void> {
  if (waiting + bytes > MOST_WAITING) throw new RequestError(503, 'Too many runs are waiting: try again in 10 s', 10)
  waiting += bytes
  const began = performance.now()
  const tell = (event: object) => {
    if (!response.destroyed && !response.writableEnded) response.write(`${JSON.stringify(event)}\n`)
  }
  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // Proxies such as nginx would keep the lines until the end.
    'X-Accel-Buffering': 'no',
    ...headers,
    ...(visitor.cookie && { 'Set-Cookie': visitor.cookie }),
  })
  response.flushHeaders()
  // Proxies close what is silent for a minute.
  const beat = setInterval(() => tell({}), BEAT_MS)
  // Partial results keep their order, and come before the last one. While one is written, only the newest waits.
  let writing: Promise<void> | null = null
  let newest: { values: Record<string, unknown>; progress?: number } | null = null
  const writeNewest = async () => {
    while (newest) {
      const { values, progress } = newest
      newest = null
      const partial = await writeOutputs(model.fields().outputs, values).catch(() => null)
      if (partial) tell({ partial, ...(progress !== undefined && { progress }) })
    }
    writing = null
  }
  const partial = (values: Record<string, unknown>, progress?: number) => {
    newest = { values, ...(progress !== undefined && { progress }) }
    writing ??= writeNewest()
  }
  const inLine = (place: number, seconds: number) => tell({ place, seconds })
  try {
    const answer = await model.query(read, { partial, signal, links, inLine })
    newest = null
    await writing
    const { links: between, ...outputs } = await writeAnswer(model, answer, { links })
    const ms = Math.round(performance.now() - began)
    tell({ outputs, ...(links && { links: between }), ms, ...keep(outputs, ms) })
  } catch (error) {
    const { message, status, retryAfter } = asRequestError(error)
    tell({ error: message, status, ...(retryAfter !== undefined && { retryAfter }) })
  } finally {
    waiting -= bytes
    clearInterval(beat)
    response.end()
  }
}
