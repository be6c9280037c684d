import type { Link } from '../calls'
import { asRequestError, RequestError } from '../request-error'
import type { Visit } from './visit'
import { type Picture, readyToWrite, sendPieces, type Written, written } from './written'

/** Maximum total bytes of bodies waiting in line, for all models. */
const MOST_WAITING = 256 * 2 ** 20
let waiting = 0
const BEAT_MS = 15_000

export interface RunOptions {
  /** Whether the results of nodes in between are sent too. */
  links: boolean
  /** Size of the body, which is kept until its turn. */
  bytes: number
  /** Saves the result. @returns further details: its id in the history, and its origin */
  keep(outputs: Written, ms: number): object
}

/**
 * Runs the model and reports progress to the page as lines of JSON: `{"place": 3, "seconds": 12}` while it is
 * in line, place 0 when it begins, any number of `{"partial": {…}, "progress": 0.5}`, and finally
 * `{"outputs": {…}, "ms": 120}` or `{"error": "a sentence", "status": 500}`. Closing the connection cancels
 * the run.
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
  // A line with pictures is sent in parts, so the next line waits for its end.
  let sent: Promise<void> = Promise.resolve()
  const tellPieces = (pieces: Written) => {
    sent = sent.then(() => sendPieces(response, [...pieces, '\n']))
    return sent
  }
  const tell = (event: object, pictures: readonly Picture[] = []) => tellPieces(written(event, pictures))
  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // Proxies such as nginx would otherwise hold the lines back until the end.
    'X-Accel-Buffering': 'no',
    ...headers,
    ...(visitor.cookie && { 'Set-Cookie': visitor.cookie }),
  })
  response.flushHeaders()
  // Proxies close connections that are silent for a minute.
  const beat = setInterval(() => void tell({}), BEAT_MS)
  // Partial results keep their order and come before the final one. While one is being written, only the
  // newest waits.
  let writing: Promise<void> | null = null
  let newest: { values: Record<string, unknown>; progress?: number } | null = null
  const writeNewest = async () => {
    while (newest) {
      const { values, progress } = newest
      newest = null
      const ready = await readyToWrite(model.fields().outputs, values).catch(() => null)
      if (ready) await tell({ partial: ready.values, ...(progress !== undefined && { progress }) }, ready.pictures)
    }
    writing = null
  }
  const partial = (values: Record<string, unknown>, progress?: number) => {
    newest = { values, ...(progress !== undefined && { progress }) }
    writing ??= writeNewest()
  }
  const inLine = (place: number, seconds: number) => void tell({ place, seconds })
  try {
    const answer = await model.query(read, { partial, signal, links, inLine })
    newest = null
    await writing
    const { values, pictures } = await readyToWrite(model.fields().outputs, answer.outputs)
    const outputs = written(values, pictures)
    const between = links ? [',"links":', ...(await writtenLinks(answer.links))] : []
    const ms = Math.round(performance.now() - began)
    const rest = JSON.stringify({ ms, ...(!answer.isAcknowledgement && keep(outputs, ms)) })
    await tellPieces(['{"outputs":', ...outputs, ...between, `,${rest.slice(1)}`])
  } catch (error) {
    const { message, status, retryAfter } = asRequestError(error)
    await tell({ error: message, status, ...(retryAfter !== undefined && { retryAfter }) })
  } finally {
    waiting -= bytes
    clearInterval(beat)
    response.end()
  }
}

async function writtenLinks(links: readonly Link[]): Promise<Written> {
  const ready = await Promise.all(links.map(({ outputs }) => readyToWrite([], outputs)))
  return written(
    links.map(({ id, node }, i) => ({ id, node, outputs: ready[i]?.values })),
    ready.flatMap(({ pictures }) => pictures),
  )
}
