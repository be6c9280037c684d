import { createSocket, type RemoteInfo } from 'node:dgram'
import { parseJson } from '../http/body'
import { whyClosed } from '../listener'
import { infoOf, isOfFlow, type PublishedModel, readInputs, writeResult } from '../published'
import { asRequestError, RequestError } from '../request-error'
import { requireShort } from '../require-short'
import { OscError, type OscMessage, readPacket, writeMessage } from './codec'

/** The maximum size of a datagram. */
const MAX_DATAGRAM_BYTES = 65_507
const MOST_CLIENTS = 64

interface Client {
  address: string
  port: number
}

/**
 * Runway's OSC interface: `/server/connect` (optionally with the port for responses) and
 * `/server/disconnect`; `/query` with one string, the JSON of the inputs. `/data`, `/error` and, after
 * connecting, `/info` are sent back, each with one JSON string: to all connected clients if results are
 * shared, and to the client that sent the query.
 * @returns a function that closes it
 * @throws Error whose message is a sentence
 */
export async function serveOsc(
  model: PublishedModel,
  { host, port }: { host: string; port: number },
): Promise<() => Promise<void>> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const clients = new Map<string, Client>()

  let isClosed = false

  function send(address: string, value: unknown, to: Iterable<Client>): void {
    if (isClosed) return
    let packet = writeMessage({ address, args: [JSON.stringify(value)] })
    if (packet.length > MAX_DATAGRAM_BYTES) {
      const error = `The result is ${packet.length} bytes, more than the ${MAX_DATAGRAM_BYTES} an OSC message can hold: ask for a smaller picture, or over HTTP or Socket.IO.`
      packet = writeMessage({ address: '/error', args: [JSON.stringify({ error })] })
    }
    for (const client of to) {
      try {
        socket.send(packet, client.port, client.address, (error) => {
          if (error) clients.delete(keyOf(client))
        })
      } catch {
        clients.delete(keyOf(client)) // an impossible address
      }
    }
  }

  /**
   * Adds a client. Clients rarely announce that they leave, so if there are too many, the one that connected
   * first is removed.
   */
  function connect(client: Client): void {
    clients.delete(keyOf(client))
    clients.set(keyOf(client), client)
    const [oldest] = clients.keys()
    if (clients.size > MOST_CLIENTS && oldest !== undefined) clients.delete(oldest)
  }

  async function query({ args }: OscMessage, sender: Client): Promise<void> {
    try {
      const [text] = args
      if (typeof text !== 'string') throw new RequestError(400, '/query takes one string: the inputs as JSON')
      const read = async () => readInputs(model.fields().inputs, parseJson(Buffer.from(text)))
      const { outputs } = await model.query(read, {})
      // Connected clients have received it already.
      if (!isTold(sender)) send('/data', requireShort(await writeResult(model, outputs)), [sender])
    } catch (error) {
      if (!isOfFlow(error) || !isTold(sender)) send('/error', { error: asRequestError(error).message }, [sender])
    }
  }

  const isTold = (client: Client) => model.last !== null && clients.has(keyOf(client))

  function take(message: OscMessage, { address, port }: RemoteInfo): void {
    const [wanted] = message.args
    const client = { address, port: typeof wanted === 'number' && isPort(wanted) ? wanted : port }
    switch (message.address) {
      case '/server/connect':
        connect(client)
        send('/info', infoOf(model), [client])
        break
      case '/server/disconnect':
        clients.delete(keyOf(client))
        break
      case '/query':
        void query(message, { address, port })
        break
      case '/info':
      case '/data':
      case '/error':
        break // probably from another server of this kind: a response would start an endless exchange
      default:
        send(
          '/error',
          {
            error: `${message.address.slice(0, 60)} isn't supported: send /server/connect, /query or /server/disconnect.`,
          },
          [{ address, port }],
        )
    }
  }

  socket.on('message', (packet, sender) => {
    if (!isPort(sender.port)) return // a forged sender can't be answered
    try {
      for (const message of readPacket(packet)) take(message, sender)
    } catch (error) {
      const sentence =
        error instanceof OscError ? `This isn't an OSC message: ${error.message}.` : asRequestError(error).message
      send('/error', { error: sentence }, [sender])
    }
  })
  await new Promise<void>((resolve, reject) => {
    // After the port is open, errors only mean that a client is gone.
    socket.on('error', (error) => reject(new Error(whyClosed(error, host, port))))
    socket.bind(port, host, resolve)
  })

  const silence = model.listen({
    data: (outputs) => {
      if (clients.size === 0) return
      writeResult(model, outputs)
        .then((data) => send('/data', requireShort(data), clients.values()))
        .catch((error) => send('/error', { error: asRequestError(error).message }, clients.values()))
    },
    error: (error) => send('/error', { error }, clients.values()),
  })
  return () =>
    new Promise((resolve) => {
      silence()
      isClosed = true
      socket.close(resolve)
    })
}

function keyOf({ address, port }: Client): string {
  return `${address} ${port}`
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536
}
