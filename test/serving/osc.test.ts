import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import dgram, { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import fc from 'fast-check'
import OSC from 'osc-js'
import { serveOsc } from '../../src/serving/index'
import { OscError, readPacket, writeMessage } from '../../src/serving/osc/codec'
import { field, testModel } from './support'

const FROM_PORT_0 = `
import socket, struct, sys
port, data = int(sys.argv[1]), bytes.fromhex(sys.argv[2])
udp = struct.pack('!HHHH', 0, port, 8 + len(data), 0) + data
socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP).sendto(udp, ('127.0.0.1', 0))
`

describe('the OSC codec', () => {
  it('reads another library’s messages', () => {
    const message = new OSC.Message('/query', '{"prompt":"a bed"}', 7, 0.5, true, false)
    message.add(new Uint8Array([1, 2, 3]) as never)
    const [read] = readPacket(Buffer.from(message.pack()))
    assert.equal(read?.address, '/query')
    assert.deepEqual(read?.args, ['{"prompt":"a bed"}', 7, 0.5, true, false, Buffer.from([1, 2, 3])])
  })

  it('reads its bundles', () => {
    const bundle = new OSC.Bundle([new OSC.Message('/a', 1), new OSC.Message('/b', 'x')])
    const read = readPacket(Buffer.from(bundle.pack()))
    assert.deepEqual(read, [
      { address: '/a', args: [1] },
      { address: '/b', args: ['x'] },
    ])
  })

  it('writes messages that another library reads', () => {
    const packet = writeMessage({ address: '/data', args: ['{"text":"größer"}', 0.25] })
    const message = new OSC.Message('/')
    message.unpack(new DataView(packet.buffer, packet.byteOffset, packet.byteLength))
    assert.deepEqual([message.address, message.args], ['/data', ['{"text":"größer"}', 0.25]])
  })

  it('fuzz: what was encoded is decoded', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''))
    const bytes = fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value))
    const number = fc.float({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(text, fc.array(fc.oneof(text, bytes, number), { maxLength: 6 }), (name, args) => {
        assert.deepEqual(readPacket(writeMessage({ address: `/${name}`, args })), [{ address: `/${name}`, args }])
      }),
    )
  })

  it('fuzz: any bytes are messages or an OscError', () => {
    const start = fc.constantFrom('/a\0\0,sif\0\0\0\0', '#bundle\0', '/\0\0\0,[[i', '/q\0\0,b\0\0')
    fc.assert(
      fc.property(fc.option(start), fc.uint8Array({ maxLength: 80 }), (begin, bytes) => {
        try {
          readPacket(Buffer.concat([Buffer.from(begin ?? ''), bytes]))
        } catch (error) {
          assert.ok(error instanceof OscError, `${error}`)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('a bundle that contains itself, endlessly', () => {
    const size = Buffer.alloc(4)
    let packet: Buffer = writeMessage({ address: '/a', args: [] })
    for (let i = 0; i < 20; i++) {
      size.writeInt32BE(packet.length)
      packet = Buffer.concat([Buffer.from('#bundle\0'), Buffer.alloc(8), size, packet])
    }
    assert.throws(() => readPacket(packet), /nested too deep/)
  })
})

describe("Runway's OSC interface", () => {
  const model = testModel(
    [field('prompt', { type: 'text' }), field('seed', { type: 'number' })],
    [field('text', { type: 'text' })],
    ({ prompt }) => {
      if (prompt === 'fail') throw new Error('No idea')
      return { text: prompt === 'large' ? 'x'.repeat(70_000) : `${prompt}!` }
    },
  )
  let close: () => Promise<void>
  let port: number
  const sockets: Socket[] = []

  const opened: Socket[] = []

  before(async () => {
    port = await freePort()
    const { createSocket } = dgram
    dgram.createSocket = ((...args: Parameters<typeof createSocket>) => {
      const socket = createSocket(...args)
      opened.push(socket)
      return socket
    }) as typeof createSocket
    close = await serveOsc(model, { host: '127.0.0.1', port }).finally(() => Object.assign(dgram, { createSocket }))
  })
  after(() => close())
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close()
  })

  /**
   * A client that sends from the port on which it listens, as processing-library's RunwayOSC.java does
   * (SRSP).
   */
  async function client() {
    const socket = createSocket('udp4')
    sockets.push(socket)
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const arrived: { address: string; value: unknown }[] = []
    const waiting: ((message: { address: string; value: unknown }) => void)[] = []
    socket.on('message', (packet) => {
      const message = new OSC.Message('/')
      message.unpack(new DataView(packet.buffer, packet.byteOffset, packet.byteLength))
      const read = { address: message.address, value: JSON.parse(message.args[0] as string) as unknown }
      const taker = waiting.shift()
      if (taker) taker(read)
      else arrived.push(read)
    })
    return {
      send: (address: string, ...args: (string | number)[]) =>
        socket.send(Buffer.from(new OSC.Message(address, ...args).pack()), port, '127.0.0.1'),
      sendRaw: (bytes: Buffer) => socket.send(bytes, port, '127.0.0.1'),
      next: () =>
        new Promise<{ address: string; value: unknown }>((resolve) => {
          const message = arrived.shift()
          if (message) resolve(message)
          else waiting.push(resolve)
        }),
    }
  }

  it('processing-library, RunwayOSC.java: connect, info, query, data, disconnect', async () => {
    const one = await client()
    one.send('/server/connect')
    const info = await one.next()
    assert.equal(info.address, '/info')
    assert.deepEqual(
      (info.value as { inputs: { name: string }[] }).inputs.map(({ name }) => name),
      ['prompt', 'seed'],
    )
    one.send('/query', '{"prompt":"hello"}')
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'hello!' } })
    model.publish({ text: 'from a camera' })
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'from a camera' } })
    one.send('/query', '{"prompt":"fail"}')
    assert.deepEqual(await one.next(), { address: '/error', value: { error: 'No idea' } })
    one.send('/server/disconnect')
    one.send('/query', '{"prompt":"after"}')
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'after!' } })
  })

  it('processing, GPT2/gpt2.pde: the bytes that oscP5 sends', async () => {
    const one = await client()
    const padded = (text: string) => Buffer.from(`${text}${'\0'.repeat(4 - (Buffer.byteLength(text) % 4))}`)
    one.sendRaw(Buffer.concat([padded('/server/connect'), padded(',')]))
    assert.equal((await one.next()).address, '/info')
    // A JSONObject of Processing, as its toString writes it.
    const json = '{\n  "seed": 1,\n  "prompt": "größer"\n}'
    one.sendRaw(Buffer.concat([padded('/query'), padded(',s'), padded(json)]))
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'größer!' } })
    one.sendRaw(Buffer.concat([padded('/server/disconnect'), padded(',')]))
  })

  it('clients that left silently make room for new ones', async () => {
    const gone = await client()
    for (let i = 0; i < 70; i++) gone.send('/server/connect', 20_000 + i)
    const one = await client()
    one.send('/server/connect')
    await one.next()
    model.publish({ text: 'for all' })
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'for all' } })
    one.send('/server/disconnect')
    one.send('/query', '{"prompt":"still"}')
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'still!' } })
  })

  it('fuzz: it survives any packets', async () => {
    const one = await client()
    const start = fc.constantFrom('', '/query\0\0,s\0\0', '/server/connect\0,i\0\0', '#bundle\0', '/query\0\0,b\0\0')
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 60 }), (begin, bytes) => {
        one.sendRaw(Buffer.concat([Buffer.from(begin), bytes]))
      }),
      { numRuns: 400 },
    )
    // Datagrams may be lost, and responses to the noise come first.
    const timer = setInterval(() => one.send('/query', '{"prompt":"after the noise"}'), 50)
    for (;;) {
      const { address, value } = await one.next()
      if (address === '/data' && (value as { text: string }).text === 'after the noise!') break
    }
    clearInterval(timer)
  })

  it('responds to clients that never connected, and reports errors', async () => {
    const one = await client()
    one.send('/query', '{"prompt":"x"}')
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'x!' } })
    const wrong: [() => void, RegExp][] = [
      [() => one.send('/query', '{'), /JSON/],
      [() => one.send('/query', 7), /takes one string/],
      [() => one.send('/query', '{"prompt":{}}'), /^prompt /],
      [() => one.send('/dance'), /isn't supported/],
      [() => one.sendRaw(Buffer.from('nonsense')), /^This isn't an OSC message/],
      [
        () => one.sendRaw(writeMessage({ address: '/query', args: ['{"prompt":"large"}'] })),
        /more than the 65507 an OSC message can hold/,
      ],
    ]
    for (const [send, sentence] of wrong) {
      send()
      const { address, value } = await one.next()
      assert.equal(address, '/error')
      assert.match((value as { error: string }).error, sentence)
    }
  })

  it('discards a datagram with source port 0, to which there is no response', async () => {
    for (const packet of ['/query', '/server/connect', '/dance', 'nonsense'].map((text) => Buffer.from(`${text}\0,`))) {
      // Only a privileged program can send such a datagram, so elsewhere the event is emitted directly.
      const sent = spawnSync('python3', ['-c', FROM_PORT_0, String(port), packet.toString('hex')])
      if (sent.status !== 0) {
        const own = opened.find((socket) => socket.address().port === port)
        own?.emit('message', packet, { address: '127.0.0.1', family: 'IPv4', port: 0, size: packet.length })
      }
    }
    const one = await client()
    model.publish({ text: 'for all' })
    one.send('/query', '{"prompt":"after"}')
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'after!' } })
  })

  it('doesn’t respond to responses: two such servers would never stop', async () => {
    const one = await client()
    for (const address of ['/error', '/data', '/info']) one.send(address, '{"error":"x"}')
    one.send('/query', '{"prompt":"next"}')
    assert.deepEqual(await one.next(), { address: '/data', value: { text: 'next!' } })
  })

  it('reports if its port is taken', async () => {
    await assert.rejects(serveOsc(model, { host: '127.0.0.1', port }), {
      message: `port ${port} is already in use by another program`,
    })
  })
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}
