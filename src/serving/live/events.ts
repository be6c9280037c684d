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

/** The Socket.IO clients of one model. `server` receives requests, but doesn't listen on a port. */
export interface Events {
  server: HttpServer
  close(): Promise<void>
}

export interface EventOptions {
  access: Access
  /** Maximum bytes of one event. */
  limit: number
}

/**
 * Runway's Socket.IO interface: `info` is sent once after connecting, `query` runs the model, and `data` and
 * `error` report the result. They go to everyone if results are shared, otherwise only to the client that
 * sent the query. Supports clients from 2019 on (protocol 3).
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
      // Clients before 2021 don't support `auth` and put the token in the address.
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

  /** Refuses a packet that wasn't parsed, with an error event, as it may have been a query. */
  function refuse(connection: Socket['conn'], error: string): void {
    const socket = [...io.sockets.sockets.values()].find(({ conn }) => conn === connection)
    if (socket) socket.emit('error', { error })
    else connection.close()
  }

  /** Clients with too many unread results are skipped. */
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
 * Engine.IO and Socket.IO parse everything that has arrived at once. So JSON with too many parts, and
 * requests with too many packets, are refused before.
 */
function watch(connection: Socket['conn'], refuse: (sentence: string) => void): void {
  const [take] = connection.listeners('data') as [(data: unknown) => void]
  /**
   * The budget for all packets in one request, which are parsed without a pause. Messages of a WebSocket take
   * turns.
   */
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

/** The cost of assembling and splitting a body, per character, in units of the budget. */
const PER_LETTER = 0.4
/** Always enough for one packet with a picture, however large. */
const LEAST_BUDGET = 1_000_000

/** Maximum packets in one request: each takes a tenth of a millisecond in addition to its JSON. */
const MOST_PACKETS = 300

/** Maximum number of messages that a client hasn't read. */
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
      const { outputs } = await model.query(read, { signal: leave.signal, continues: socket })
      if (!model.last) socket.emit('data', requireShort(await writeResult(model, outputs)))
    } catch (error) {
      // The flow's errors have been sent to everyone; errors of a query go only to its client.
      if (!isOfFlow(error) || !model.last) socket.emit('error', { error: asRequestError(error).message })
    }
  })
}

/** Some clients send JSON as text. */
function parsed(body: unknown): unknown {
  return typeof body === 'string' ? parseJson(Buffer.from(body)) : withoutProto(body)
}

/** Whether a request is for Socket.IO, according to its path below the model's own. */
export function isForEvents(path: string): boolean {
  return path === '/socket.io' || path.startsWith('/socket.io/')
}

/** The request with the path that the inner server expects. */
export function withPath(request: IncomingMessage, path: string, query: string): IncomingMessage {
  request.url = path + query
  return request
}
