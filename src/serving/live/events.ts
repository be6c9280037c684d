import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import type { Socket } from 'socket.io'
import { type JsonBudget, jsonBudget, requireShortJson, withoutProto } from '../../types/index'
import { type Access, allowOrigin, bearer, checkToken, takesCredentials } from '../http/access'
import { parseJson } from '../http/body'
import { infoOf, isOfFlow, type PublishedModel, readInputs, writeResult } from '../published'
import { asRequestError } from '../request-error'
import { requireShort } from '../require-short'
import { packetsIn } from './packets-in'
import { takesTurns } from './takes-turns'

/** Socket.IO clients of one model. Requests reach it by `server`, which listens nowhere itself. */
export interface Events {
  server: HttpServer
  close(): Promise<void>
}

export interface EventOptions {
  access: Access
  /** Bytes of one event. */
  limit: number
}

/**
 * Runway's Socket.IO interface: `info` once after connecting; `query` runs the model; `data` and `error` report the
 * result: to everyone if results are shared, otherwise only to the client that asked. Supports clients from 2019 on
 * (protocol 3).
 */
export function serveEvents(model: PublishedModel, { access, limit }: EventOptions): Events {
  const server = createServer()
  const { Server } = require('socket.io') as typeof import('socket.io')
  const io = new Server(server, {
    wsEngine: takesTurns(),
    path: '/socket.io',
    serveClient: false,
    allowEIO3: true,
    maxHttpBufferSize: limit,
    cors: (request, decide) => {
      const { origin = '' } = request.headers
      const isListed = access.origins.includes('*') || access.origins.includes(origin)
      decide(null, { origin: isListed, credentials: isListed && takesCredentials(access, origin) })
    },
    allowRequest: (request, decide) => {
      try {
        allowOrigin(request.headers, access)
        decide(null, true)
      } catch {
        decide('this web page is not allowed', false)
      }
    },
  })
  io.use((socket, next) => {
    try {
      // Clients before 2021 don't support `auth`: they put it in the address.
      const { auth, query, headers } = socket.handshake
      const token = (auth as { token?: unknown }).token ?? query.token
      checkToken(typeof token === 'string' ? token : bearer(headers), access)
      next()
    } catch (error) {
      next(error as Error)
    }
  })
  io.engine.on('connection', (connection: Socket['conn']) => watch(connection, (error) => refuse(connection, error)))
  io.on('connection', (socket) => serveClient(socket, model))
  const silence = model.listen({
    data: (outputs) => {
      if (io.sockets.sockets.size === 0) return
      writeResult(model, outputs)
        .then((data) => tellAll('data', requireShort(data)))
        .catch((error) => tellAll('error', { error: asRequestError(error).message }))
    },
    error: (error) => tellAll('error', { error }),
  })

  /** What wasn't read may have been a query. */
  function refuse(connection: Socket['conn'], error: string): void {
    const socket = [...io.sockets.sockets.values()].find(({ conn }) => conn === connection)
    if (socket) socket.emit('error', { error })
    else connection.close()
  }

  /** Results for which a client is too slow aren't kept for it. */
  function tellAll(event: string, data: unknown): void {
    const late = [...io.sockets.sockets.values()].filter((socket) => waitingFor(socket) >= MOST_UNREAD)
    io.except(late.map(({ id }) => id)).emit(event, data)
  }
  return {
    server,
    async close() {
      silence()
      await io.close()
    },
  }
}

/**
 * Engine.IO and Socket.IO read what a client sends themselves, and everything that arrived at once: JSON with too many
 * parts must not get that far, nor too many packets in one request.
 */
function watch(connection: Socket['conn'], refuse: (sentence: string) => void): void {
  const [take] = connection.listeners('data') as [(data: unknown) => void]
  /** Of all packets in one request, which are read without a pause; those of a WebSocket take turns. */
  let budget: JsonBudget | undefined
  connection.off('data', take)
  connection.on('data', (data: unknown) => {
    try {
      if (typeof data === 'string') requireShortJson(data, budget)
    } catch (error) {
      return refuse(asRequestError(error).message)
    }
    take(data)
  })
  const transport = connection.transport as unknown as { name: string; onData(body: string | Buffer): void }
  if (transport.name !== 'polling') return
  const takeAll = transport.onData.bind(transport)
  transport.onData = (body) => {
    budget = jsonBudget()
    budget.left = Math.max(LEAST_BUDGET, budget.left - body.length * PER_LETTER)
    if (packetsIn(body, connection.protocol, MOST_PACKETS) <= MOST_PACKETS) takeAll(body)
    else connection.close(true)
    budget = undefined
  }
}

/** What putting a body together and taking it apart costs, a letter, in a budget's units. */
const PER_LETTER = 0.4
/** Enough for a picture in one packet, however large. */
const LEAST_BUDGET = 1_000_000

/** Packets in one request: each takes a tenth of a millisecond in addition to its JSON. */
const MOST_PACKETS = 300

/** Messages that may wait for a client to read them. */
const MOST_UNREAD = 16

function waitingFor({ conn }: Socket): number {
  return (conn as unknown as { writeBuffer?: unknown[] }).writeBuffer?.length ?? 0
}

function serveClient(socket: Socket, model: PublishedModel): void {
  const leave = new AbortController()
  socket.on('disconnect', () => leave.abort())
  socket.emit('info', infoOf(model))
  socket.on('query', async (body: unknown) => {
    try {
      const read = async () => readInputs(model.fields().inputs, parsed(body))
      const { outputs } = await model.query(read, { signal: leave.signal })
      if (!model.last) socket.emit('data', requireShort(await writeResult(model, outputs)))
    } catch (error) {
      // The flow's errors are sent to everyone; a query's errors only to its client.
      if (!isOfFlow(error) || !model.last) socket.emit('error', { error: asRequestError(error).message })
    }
  })
}

/** Some clients send the JSON as text. */
function parsed(body: unknown): unknown {
  return typeof body === 'string' ? parseJson(Buffer.from(body)) : withoutProto(body)
}

/** Whether a request is for Socket.IO, by its path below the model's own. */
export function isForEvents(path: string): boolean {
  return path === '/socket.io' || path.startsWith('/socket.io/')
}

/** The request in the form that the inner server expects. */
export function withPath(request: IncomingMessage, path: string, query: string): IncomingMessage {
  request.url = path + query
  return request
}
