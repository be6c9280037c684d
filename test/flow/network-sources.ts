/** Nodes that receive messages from the network, and ways to send to them. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import WebSocket from 'ws'
import { freePort } from '../browser/support/server'
import { pngBytes } from '../types/values'
import type { Piece } from './pieces'

export interface NetworkSource {
  name: string
  node: Piece
  send(payload: Buffer): Promise<void>
}

/** Typical messages from people and devices. */
export const payloads = ['0.5', 'cat', 'true', 'photos/cat.jpg', '[0.1, 0.2]', Buffer.from(pngBytes).toString('base64')]
  .map((text) => Buffer.from(text))
  .concat(Buffer.from(pngBytes))

/** @param httpPort returns the port of the Node-RED that runs the nodes */
export async function networkSources(httpPort: () => number) {
  const sources: NetworkSource[] = []
  for (const datatype of ['utf8', 'base64', 'buffer']) {
    for (const datamode of ['stream', 'single']) {
      const port = await freePort()
      sources.push({
        name: `tcp ${datatype} ${datamode}`,
        node: {
          type: 'tcp in',
          server: 'server',
          host: '',
          port: String(port),
          datamode,
          datatype,
          newline: '',
          topic: '',
        },
        async send(payload) {
          const socket = connect(port, '127.0.0.1')
          await once(socket, 'connect')
          socket.end(payload)
          socket.resume()
          await once(socket, 'close')
        },
      })
    }
    const port = await freePort()
    sources.push({
      name: `udp ${datatype}`,
      node: { type: 'udp in', iface: '', port: String(port), ipv: 'udp4', multicast: 'false', group: '', datatype },
      async send(payload) {
        const socket = createSocket('udp4')
        await new Promise((done) => socket.send(payload, port, '127.0.0.1', done))
        socket.close()
      },
    })
  }
  for (const method of ['get', 'post', 'put']) {
    sources.push({
      name: `http ${method}`,
      node: { type: 'http in', url: `/source-${method}`, method, upload: false },
      async send(payload) {
        const address = `http://127.0.0.1:${httpPort()}/source-${method}`
        const abort = new AbortController()
        const body = { body: new Uint8Array(payload), headers: { 'content-type': 'text/plain' } }
        const asked = fetch(method === 'get' ? `${address}?word=cat` : address, {
          ...{ method: method.toUpperCase(), signal: abort.signal, ...(method !== 'get' && body) },
        })
        // Nobody answers.
        setTimeout(() => abort.abort(), 300)
        await asked.catch(() => {})
      },
    })
  }
  sources.push({
    name: 'websocket',
    node: { type: 'websocket in', server: 'listener', client: '' },
    async send(payload) {
      const socket = new WebSocket(`ws://127.0.0.1:${httpPort()}/source-socket`)
      await once(socket, 'open')
      socket.send(payload.toString())
      socket.send(payload)
      socket.close()
      await once(socket, 'close')
    },
  })
  const broker = createBroker()
  const port = await new Promise<number>((done) =>
    broker.server.listen(0, '127.0.0.1', () => done((broker.server.address() as { port: number }).port)),
  )
  for (const datatype of ['utf8', 'base64', 'buffer', 'auto', 'auto-detect', 'json']) {
    const topic = `source/${datatype}`
    const node = {
      type: 'mqtt in',
      topic,
      qos: '0',
      datatype,
      broker: 'broker',
      nl: false,
      rap: true,
      rh: 0,
      inputs: 0,
    }
    sources.push({ name: `mqtt ${datatype}`, node, send: (payload) => broker.publish(topic, payload) })
  }
  const configs = [
    { id: 'listener', type: 'websocket-listener', path: '/source-socket', wholemsg: 'false' },
    {
      id: 'broker',
      type: 'mqtt-broker',
      broker: '127.0.0.1',
      port: String(port),
      protocolVersion: '4',
      keepalive: '60',
      cleansession: true,
      autoConnect: true,
      clientid: '',
    },
  ]
  return { sources, configs, stop: () => broker.stop() }
}

/** Just enough of an MQTT broker to deliver messages. */
function createBroker(): { server: Server; publish(topic: string, payload: Buffer): Promise<void>; stop(): void } {
  const subscribed = new Map<string, (payload: Buffer) => void>()
  let changed = () => {}
  const sockets = new Set<import('node:net').Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (data) => {
      for (let rest = data; rest.length > 1; rest = rest.subarray(2 + (rest[1] ?? 0))) {
        const kind = (rest[0] ?? 0) >> 4
        if (kind === 1) socket.write(Buffer.of(0x20, 2, 0, 0))
        if (kind === 12) socket.write(Buffer.of(0xd0, 0))
        if (kind !== 8) continue
        socket.write(Buffer.of(0x90, 3, rest[2] ?? 0, rest[3] ?? 0, 0))
        const topic = rest.subarray(6, 6 + rest.readUInt16BE(4))
        subscribed.set(topic.toString(), (payload) => {
          const length = 2 + topic.length + payload.length
          const head = [0x30, ...(length < 128 ? [length] : [(length % 128) | 128, length >> 7])]
          socket.write(Buffer.concat([Buffer.from([...head, 0, topic.length]), topic, payload]))
        })
        changed()
      }
    })
  })
  return {
    server,
    async publish(topic, payload) {
      while (!subscribed.has(topic)) {
        await new Promise<void>((resolve) => {
          changed = resolve
        })
      }
      subscribed.get(topic)?.(payload)
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
