import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { jsonPieces } from '../../types/json-pieces'
import { parseJson } from '../http/body'
import { type PublishedModel, readInputs, writeAnswer, writeOutputs } from '../published'
import { asRequestError, RequestError } from '../request-error'
import { tooLong } from '../require-short'

/** Maximum number of jobs of one client in progress. */
const MOST_JOBS = 32
/** Maximum number of bytes that a client hasn't read. */
const MOST_UNREAD = 64 * 2 ** 20

/** Whatever type the client used; the SDK returns it unchanged. */
type JobId = string | number

/**
 * The SDK's jobs over a WebSocket. In: `{type: 'submit', command, inputData, id?, links?}` and `{type:
 * 'cancel', id}`. Out, each with the job's id: `started`; any number of `output` with `outputData` and
 * sometimes `progress`; and finally one of `succeeded`, `failed` with `error`, or `cancelled`.
 */
export function serveJobs(socket: WebSocket, model: PublishedModel): void {
  const jobs = new Map<JobId, AbortController>()
  const isListening = () => {
    if (socket.bufferedAmount > MOST_UNREAD) socket.terminate() // the client sends requests but doesn't read responses
    return socket.readyState === socket.OPEN
  }
  const tell = (type: string, id: JobId | null, data: object = {}) => {
    if (isListening()) socket.send(JSON.stringify({ type, id, ...data }))
  }
  const tellOutput = async (id: JobId, data: { outputData: object; progress?: number }) => {
    const pieces = await jsonPieces({ type: 'output', id, ...data })
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (length > MOST_UNREAD) throw tooLong()
    if (jobs.has(id) && isListening()) socket.send(Buffer.concat(pieces, length), { binary: false })
  }
  const fail = (id: JobId | null, error: unknown) => {
    tell('failed', id, { error: asRequestError(error).message, traceback: [] })
  }

  async function submit({ id: given, command, inputData, links }: Record<string, unknown>) {
    const id = readId(given) ?? randomUUID()
    if (jobs.has(id)) return fail(id, new RequestError(409, 'A job with this id is already running'))
    if (jobs.size >= MOST_JOBS)
      return fail(id, new RequestError(503, `This client already has ${MOST_JOBS} jobs running`))
    const job = new AbortController()
    jobs.set(id, job)
    tell('started', id)
    const startedAt = performance.now()
    // Partial results keep their order and come before the final one.
    let sent: Promise<void> = Promise.resolve()
    try {
      if (command !== undefined && command !== model.command && command !== 'query') {
        throw new RequestError(404, `Unknown command: ${String(command).slice(0, 60)}`)
      }
      const { inputs, outputs } = model.fields()
      const partial = (values: Record<string, unknown>, progress?: number) => {
        sent = sent.then(async () => {
          const outputData = await writeOutputs(outputs, values)
          await tellOutput(id, { outputData, ...(progress !== undefined && { progress }) })
        })
        sent.catch(() => {})
      }
      const read = () => readInputs(inputs, inputData)
      const answer = await model.query(read, { partial, signal: job.signal, links: links === true, continues: socket })
      await sent
      const outputData = await writeAnswer(model, answer, { links: links === true })
      await tellOutput(id, { outputData })
      if (job.signal.aborted) return
      tell('succeeded', id, { timeElapsed: Math.round(performance.now() - startedAt) })
    } catch (error) {
      if (!job.signal.aborted) fail(id, error)
    } finally {
      jobs.delete(id)
    }
  }

  function cancel(message: Record<string, unknown>) {
    const id = readId(message.id)
    const job = id === null ? undefined : jobs.get(id)
    if (id === null || !job) return fail(id, new RequestError(404, 'There is no such job'))
    jobs.delete(id)
    tell('cancelled', id)
    job.abort()
  }

  socket.on('message', (data) => {
    try {
      const message = parseJson(data as Buffer) as Record<string, unknown> | null
      if (message?.type === 'submit') void submit(message)
      else if (message?.type === 'cancel') cancel(message)
      else
        throw new RequestError(
          400,
          'A message must be {"type": "submit", "command": …, "inputData": {…}} or {"type": "cancel", "id": …}',
        )
    } catch (error) {
      fail(null, error)
    }
  })
  socket.on('close', () => {
    for (const job of jobs.values()) job.abort()
    jobs.clear()
  })
  socket.on('error', () => socket.terminate()) // a frame that is too large or damaged only affects this client
}

function readId(given: unknown): JobId | null {
  if (typeof given === 'number') return given
  return typeof given === 'string' && given !== '' ? given.slice(0, 200) : null
}
