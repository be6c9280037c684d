import { once } from 'node:events'
import { connect } from 'node:net'
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js'
import { WebSocket } from 'ws'

/** The ports on which a flow is published. */
export interface Served {
  http: number
  grpc: number
  /** The port of the flow that answers with `MUCH`. */
  much: number
}

/** An object with slightly more different names than are read at once. */
const manyNames = JSON.stringify(Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`n${i}`, 1])))

/** Name → an answer that no model gives but any flow can, as JavaScript. */
export const MUCH: Record<string, string> = {
  text: "'é+'.repeat(20_000_000)",
  numbers: 'Array.from({ length: 1_000_000 }, (_, i) => i || NaN)',
  rows: 'Array.from({ length: 100_000 }, (_, i) => ({ name: "n" + i, box: [0, 0.5, i / 7, 1] }))',
  floats: 'new Float32Array(10_000_000)',
  bytes: 'Buffer.alloc(50_000_000, 7)',
  names: 'Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => ["n" + i, i]))',
}

const inOneRequest =
  (payloads: readonly string[]) =>
  async ({ http }: Served): Promise<void> => {
    const polling = `/socket.io/?EIO=4&transport=polling`
    const open = await fetch(`http://127.0.0.1:${http}${polling}`, { headers: CLOSE })
    const { sid } = JSON.parse((await open.text()).slice(1)) as { sid: string }
    await post(http, '40', `${polling}&sid=${sid}`)
    const packets = payloads.map((payload) => `42["query",{"payload":${payload}}]`)
    await post(http, packets.join('\x1e'), `${polling}&sid=${sid}`)
  }

/** Requests written by hand, with bytes that no program sends but anybody can. */
export const rawRequests: Record<string, (served: Served) => Promise<void>> = {
  'pairs of escapes': ({ http }) => post(http, `payload=${'%41'.repeat(5_300_000)}`),
  'pairs of spaces': ({ http }) => post(http, `payload=${'+'.repeat(16_000_000)}`),
  'pairs of other letters': ({ http }) => post(http, `payload=${'é+'.repeat(5_300_000)}`),
  'two thousand pairs': ({ http }) => post(http, `payload=${'+'.repeat(7000)}&`.repeat(1999)),
  'line breaks within JSON': ({ http }) => post(http, `{"payload": "${'\r\n'.repeat(8_000_000)}"}`),
  'chunks of one byte': inChunks,
  'a WebSocket message in fragments': inFragments,
  'many packets of Socket.IO in one request': inOneRequest(Array(299).fill(`[${'1,'.repeat(25_000)}1]`)),
  'many packets of names in one request': inOneRequest(Array(80).fill(manyNames)),
  'many packets of lists in one request': inOneRequest(Array(140).fill(`[${'[],'.repeat(33_000)}1]`)),
  'an echo of 24 000 names': ({ http }) =>
    post(http, JSON.stringify({ payload: Object.fromEntries(Array.from({ length: 24_000 }, (_, i) => [`n${i}`, i])) })),
  ...Object.fromEntries(
    Object.keys(MUCH).map((name) => [
      `an answer of many ${name}`,
      ({ much }: Served) => post(much, JSON.stringify({ payload: name })),
    ]),
  ),
  'inputs without anything, by gRPC': ({ grpc }) => infer(grpc, Buffer.alloc(4_000_000, Buffer.from([42, 0]))),
  'contents without bytes, by gRPC': ({ grpc }) => infer(grpc, Buffer.alloc(4_000_000, Buffer.from([58, 0]))),
  'packed numbers, by gRPC': ({ grpc }) => infer(grpc, packed(4_000_000)),
  'as many numbers as may be, by gRPC': ({ grpc }) => infer(grpc, packed(350_000)),
}

async function post(port: number, body: string, path = '/query'): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers: CLOSE })
  await answer.arrayBuffer()
}

const CLOSE = { connection: 'close', 'content-type': 'application/x-www-form-urlencoded' }

/** A body whose bytes come one by one, each in its own chunk. */
async function inChunks({ http }: Served): Promise<void> {
  const socket = connect(http, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  socket.write('POST /query HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n')
  const many = '1\r\n[\r\n'.repeat(10_000)
  for (let i = 0; i < 200 && !socket.destroyed; i++)
    if (!socket.write(many)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {})
  socket.end('0\r\n\r\n')
  if (!socket.closed) await once(socket, 'close')
}

async function inFragments({ http }: Served): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${http}/`)
  await once(socket, 'open')
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  for (let i = 0; i < 20_000; i++) socket.send('[', { fin: false })
  socket.send('', { fin: true })
  socket.close()
  await closed
}

const asItIs = (bytes: Buffer) => bytes

/** A gRPC request with these bytes; the answer doesn't matter. */
async function infer(port: number, body: Buffer): Promise<void> {
  const path = '/inference.GRPCInferenceService/ModelInfer'
  const Client = makeGenericClientConstructor({}, '')
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  await new Promise<void>((done) => client.makeUnaryRequest(path, asItIs, asItIs, body, () => done()))
  client.close()
}

/** An input of this many numbers, one byte each. */
function packed(count: number): Buffer {
  const length = Buffer.from([
    (count & 127) | 128,
    ((count >> 7) & 127) | 128,
    ((count >> 14) & 127) | 128,
    count >> 21,
  ])
  const contents = Buffer.concat([Buffer.from([0x12]), length, Buffer.alloc(count, 1)])
  // The length fields around it are as long as its own.
  const around = (inner: Buffer) => {
    const size = inner.length
    return Buffer.concat([
      Buffer.from([0x2a, (size & 127) | 128, ((size >> 7) & 127) | 128, ((size >> 14) & 127) | 128, size >> 21]),
      inner,
    ])
  }
  return around(around(contents))
}
