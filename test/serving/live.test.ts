import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { io } from 'socket.io-client'
import ioOf2019 from 'socket.io-client-2'
import { WebSocket } from 'ws'
import { encodeDataURI } from '../../src/images/index'
import { deferred, field, flat, post, type Run, type Served, serve, type TestModel, testModel } from './support'

const TEXT = [field('prompt', { type: 'text' as const }, { required: true })]
const RESULT = [field('text', { type: 'text' as const })]

type Answer = Record<string, unknown> & { type: string; id: string }

describe("the SDK's jobs over a WebSocket", () => {
  let served: Served
  let run: Run
  const model = testModel(TEXT, RESULT, (inputs, call) => run(inputs, call))
  before(async () => {
    served = await serve(model)
  })
  after(() => served.close())

  /** Opens a socket; each call of `next` returns one message. */
  async function open(url = served.url, headers = {}) {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers })
    const arrived: Answer[] = []
    const waiting: ((answer: Answer) => void)[] = []
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as Answer
      const taker = waiting.shift()
      if (taker) taker(answer)
      else arrived.push(answer)
    })
    await once(socket, 'open')
    const next = () =>
      new Promise<Answer>((resolve) => {
        const answer = arrived.shift()
        if (answer) resolve(answer)
        else waiting.push(resolve)
      })
    return {
      socket,
      next,
      say: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    }
  }

  it('partial results with their progress, then the final one', async () => {
    run = ({ prompt }, { partial }) => {
      partial({ text: `${prompt}.` }, 0.5)
      partial({ text: `${prompt}..` })
      return { text: `${prompt}...` }
    }
    const { socket, next, say } = await open()
    say({ type: 'submit', command: 'generate', inputData: { prompt: 'a' }, id: 'job 1' })
    assert.deepEqual(await next(), { type: 'started', id: 'job 1' })
    assert.deepEqual(await next(), { type: 'output', id: 'job 1', outputData: { text: 'a.' }, progress: 0.5 })
    assert.deepEqual(await next(), { type: 'output', id: 'job 1', outputData: { text: 'a..' } })
    assert.deepEqual(await next(), { type: 'output', id: 'job 1', outputData: { text: 'a...' } })
    const { type, timeElapsed } = await next()
    assert.deepEqual([type, typeof timeElapsed], ['succeeded', 'number'])
    socket.terminate()
  })

  it('cancel, errors, unknown commands, jobs without an id', async () => {
    run = () => new Promise(() => {})
    const { socket, next, say } = await open()
    say({ type: 'submit', command: 'generate', inputData: { prompt: 'a' } })
    const { id } = await next()
    assert.match(id, /\w{8}/)
    while (model.calls.count === 0) await new Promise(setImmediate)
    say({ type: 'cancel', id })
    assert.deepEqual(await next(), { type: 'cancelled', id })
    while (model.calls.count > 0) await new Promise(setImmediate)

    say({ type: 'cancel', id: 'never' })
    assert.deepEqual(await next(), {
      type: 'failed',
      id: 'never',
      error: 'There is no such job.',
      traceback: [],
    })
    say({ type: 'submit', command: 'dance', inputData: {}, id: 'x' })
    assert.equal((await next()).type, 'started')
    assert.equal((await next()).error, 'Unknown command: dance.')
    say({ type: 'submit', command: 'generate', inputData: {}, id: 'y' })
    assert.equal((await next()).type, 'started')
    assert.equal((await next()).error, 'Missing input: prompt.')
    run = () => {
      throw new Error('No idea')
    }
    say({ type: 'submit', command: 'generate', inputData: { prompt: 'a' }, id: 'z' })
    await next()
    assert.equal((await next()).error, 'No idea.')
    for (const nonsense of ['{', 'null', '7', '{"type":"dance"}', '[]']) {
      say(nonsense)
      assert.equal((await next()).type, 'failed')
    }
    socket.terminate()
  })

  it('returns the id of a job unchanged, even a number, as the SDK does', async () => {
    run = ({ prompt }) => ({ text: `${prompt}` })
    const { socket, next, say } = await open()
    for (const id of [7, 0, 'seven']) {
      say({ type: 'submit', command: 'generate', inputData: { prompt: 'a' }, id })
      assert.deepEqual([(await next()).id, (await next()).id, (await next()).id], [id, id, id])
    }
    socket.terminate()
  })

  it('fuzz: any message gets a response, and the next client is served', async () => {
    run = ({ prompt }) => ({ text: `${prompt}` })
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('submit', 'cancel', 'generate', '__proto__', 'a'))
    const names = fc.constantFrom('type', 'command', 'inputData', 'id', 'links')
    const message = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.jsonValue(),
      fc.dictionary(names, value),
      fc.dictionary(names, value).map((given) => ({ ...given, type: 'submit' })),
    )
    const { socket, next, say } = await open()
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        if (Buffer.isBuffer(given)) socket.send(given)
        else say(given)
        let answer = await next()
        while (answer.type === 'started' || answer.type === 'output') answer = await next()
        if (answer.type !== 'succeeded') assert.match(answer.error as string, /[.!?]$/)
      }),
      { numRuns: 300 },
    )
    socket.terminate()
    const after = await open()
    after.say({ type: 'submit', command: 'generate', inputData: { prompt: 'still here' }, id: 'z' })
    assert.deepEqual([(await after.next()).type, (await after.next()).outputData], ['started', { text: 'still here' }])
    after.socket.terminate()
    while (model.calls.count > 0) await new Promise(setImmediate)
  })

  it('invalid frames', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 2, maxLength: 40 }), async (bytes) => {
        const socket = connect(served.port, served.host)
        const hello =
          'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
        socket.on('error', () => {})
        socket.write(hello)
        await once(socket, 'data')
        socket.end(bytes)
        socket.resume()
        await once(socket, 'close')
      }),
      { numRuns: 60 },
    )
    assert.equal((await fetch(`${served.url}/healthcheck`)).status, 200)
  })

  it('a client that leaves ends its jobs', async () => {
    const ended = deferred<void>()
    run = (_, { signal }) => {
      signal?.addEventListener('abort', () => ended.resolve())
      return new Promise(() => {})
    }
    const { socket, say, next } = await open()
    say({ type: 'submit', command: 'generate', inputData: { prompt: 'a' } })
    await next()
    while (model.calls.count === 0) await new Promise(setImmediate)
    socket.terminate()
    await ended.promise
    while (model.calls.count > 0) await new Promise(setImmediate)
  })

  it('frames that are too large, other paths, other origins and missing tokens are refused', async () => {
    const { socket, say } = await open()
    say('x'.repeat(2 ** 20 + 1))
    const [code] = await once(socket, 'close')
    assert.ok(code === 1009 || code === 1006, `${code}`)
    const refused = async (url: string, headers = {}) => {
      const [error] = await once(new WebSocket(url, { headers }), 'error')
      return Number(/\d{3}/.exec((error as Error).message)?.[0])
    }
    const url = served.url.replace('http', 'ws')
    assert.equal(await refused(`${url}/elsewhere`), 404)
    assert.equal(await refused(url, { Origin: 'http://evil.example' }), 403)
    const locked = await serve(model, { token: 'secret' })
    const lockedUrl = locked.url.replace('http', 'ws')
    assert.equal(await refused(lockedUrl), 401)
    const { socket: allowed } = await open(locked.url, { Authorization: 'Bearer secret' })
    allowed.terminate()
    await locked.close()
  })
})

describe("Runway's Socket.IO interface", () => {
  let served: Served
  let model: TestModel
  before(async () => {
    model = testModel(
      [field('image', { type: 'image', channels: 3 }), ...TEXT.map((one) => ({ ...one, required: false }))],
      RESULT,
      ({ image, prompt }) => {
        if (prompt === 'fail') throw new Error('No idea')
        return { text: image ? `${image}` : `${prompt}` }
      },
    )
    served = await serve(model, { origins: ['*'] })
  })
  after(() => served.close())

  const clients: [string, (url: string) => ReturnType<typeof io>][] = [
    ['today’s client', (url) => io(url, { forceNew: true })],
    ['today’s client, polling', (url) => io(url, { forceNew: true, transports: ['polling'] })],
    ['the client of 2019, which Runway’s p5 sketches bring along', (url) => ioOf2019(url, { forceNew: true }) as never],
  ]
  for (const [name, connect] of clients) {
    it(`javascript, im2txt/sendWebcam/script.js and p5js, photosketch.js: ${name}`, async () => {
      const socket = connect(served.url)
      try {
        const info = (await onceOf(socket, 'info')) as { inputs: { name: string }[] }
        assert.deepEqual(
          info.inputs.map(({ name }) => name),
          ['image', 'prompt'],
        )
        socket.emit('query', { image: await encodeDataURI(flat(300, 280, [1, 2, 3]), 'jpeg') })
        assert.deepEqual(await onceOf(socket, 'data'), { text: 'image 300×280 RGB' })
        socket.emit('query', { prompt: 'fail' })
        assert.deepEqual(await onceOf(socket, 'error'), { error: 'No idea' })
        socket.emit('query', { image: 7 })
        assert.match(((await onceOf(socket, 'error')) as { error: string }).error, /^image must be a picture/)
      } finally {
        socket.disconnect()
      }
    })
  }

  it('javascript, im2txt/receivesOnly/script.js: all clients are told every result', async () => {
    const socket = io(served.url, { forceNew: true })
    await onceOf(socket, 'info')
    const told = onceOf(socket, 'data')
    await post(`${served.url}/query`, { prompt: 'over HTTP' })
    assert.deepEqual(await told, { text: 'over HTTP' })
    socket.disconnect()
  })

  it('fuzz: each query gets its result or a sentence, and invalid packets end only their own connection', async () => {
    const socket = io(served.url, { forceNew: true })
    await onceOf(socket, 'info')
    const value = fc.oneof(fc.jsonValue(), fc.uint8Array({ maxLength: 20 }), fc.constant('data:image/png;base64,AAAA'))
    const body = fc.oneof(value, fc.dictionary(fc.constantFrom('image', 'prompt', 'x', '__proto__'), value))
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const answer = Promise.race([
          onceOf(socket, 'data').then(() => null),
          onceOf(socket, 'error').then((error) => (error as { error: string }).error),
        ])
        socket.emit('query', given)
        const sentence = await answer
        if (sentence !== null) assert.match(sentence, /[.!?]$/)
        socket.removeAllListeners()
      }),
      { numRuns: 150 },
    )
    socket.disconnect()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(3, 4), fc.array(fc.string(), { maxLength: 5 }), async (version, packets) => {
        const raw = new WebSocket(`${served.url.replace('http', 'ws')}/socket.io/?EIO=${version}&transport=websocket`)
        await once(raw, 'open')
        for (const packet of ['40', ...packets, '42["query"', '451-["query",{"_placeholder":true,"num":9}]'])
          raw.send(packet)
        raw.close()
        await once(raw, 'close')
      }),
      { numRuns: 40 },
    )
    const next = io(served.url, { forceNew: true })
    await onceOf(next, 'info')
    next.disconnect()
  })

  it('names that would change objects’ prototypes are left out', async () => {
    const seen: unknown[] = []
    const open = await serve(
      testModel([field('anything', { type: 'any' })], [], ({ anything }) => {
        seen.push(anything)
        return {}
      }),
    )
    try {
      const socket = io(open.url, { forceNew: true })
      await onceOf(socket, 'info')
      for (const anything of [JSON.parse('{"a":[{"__proto__":{"polluted":1},"b":2}]}')]) {
        socket.emit('query', { anything })
        await onceOf(socket, 'data')
        socket.emit('query', '{"anything":{"a":[{"__pr\\u006fto__":{"polluted":1},"b":2}]}}')
        await onceOf(socket, 'data')
      }
      for (const value of seen as { a: object[] }[]) assert.deepEqual(Object.getOwnPropertyNames(value.a[0]), ['b'])
      assert.equal(seen.length, 2)
      socket.disconnect()
    } finally {
      await open.close()
    }
  })

  it('packets that would take long to read are refused with a sentence, and others are served', async () => {
    const names = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`n${i}`, i]))
    const open = await serve(
      testModel([field('anything', { type: 'any' })], [], (inputs) => inputs, { share: false }),
      { limit: 2_000_000 },
    )
    try {
      for (const connect of [io, ioOf2019] as (typeof io)[])
        for (const transport of ['websocket', 'polling']) {
          const socket = connect(open.url, { forceNew: true, transports: [transport] } as object)
          await onceOf(socket, 'info')
          socket.emit('query', { anything: names })
          const { error } = (await onceOf(socket, 'error')) as { error: string }
          assert.match(error, /^the JSON has too many parts to be read at once/)
          socket.emit('query', { anything: 7 })
          assert.deepEqual(await onceOf(socket, 'data'), { anything: 7 })
          socket.disconnect()
        }
      const polling = `${open.url}/socket.io/?EIO=4&transport=polling`
      const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1)) as { sid: string }
      const send = (body: string) => fetch(`${polling}&sid=${sid}`, { method: 'POST', body })
      await send('40')
      // Each part is readable, but there are too many for one request.
      const packet = `42${JSON.stringify(['query', { anything: Array(190_000).fill([]) }])}`
      await send(Array(3).fill(packet).join('\x1e'))
      const told = await (await fetch(`${polling}&sid=${sid}`)).text()
      assert.match(told, /too many parts to be read at once/)
      // A large picture in one packet has few parts.
      await send(`42${JSON.stringify(['query', { anything: 'x'.repeat(1_900_000) }])}`)
      assert.match(await (await fetch(`${polling}&sid=${sid}`)).text(), /"data",\{"anything":"x{9}/)
      await send(Array(2000).fill('42["query",{}]').join('\x1e'))
      assert.equal((await send('3')).status, 400, 'the session is over')
    } finally {
      await open.close()
    }
  })

  it('results wait only for clients that read them', async () => {
    const socket = io(served.url, { forceNew: true, transports: ['websocket'], reconnection: false })
    await onceOf(socket, 'info')
    const engine = socket.io.engine as unknown as { transport: { ws: { _socket?: { pause(): void; resume(): void } } } }
    const line = engine.transport.ws._socket
    assert.ok(line, 'the client runs in Node.js')
    let arrived = 0
    let isOver = false
    socket.on('data', ({ text }: { text: string }) => {
      if (text === 'end') isOver = true
      else arrived++
    })
    line.pause()
    for (let i = 0; i < 150; i++) {
      model.publish({ text: 'x'.repeat(400_000) })
      await new Promise(setImmediate)
    }
    line.resume()
    while (!isOver) {
      model.publish({ text: 'end' })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.ok(arrived < 120, `${arrived} of 150 were kept for a client that did not read`)
    socket.disconnect()
  })

  it('tokens and origins', async () => {
    const locked = await serve(model, { token: 'secret' })
    try {
      const refused = io(locked.url, { forceNew: true, reconnection: false })
      assert.match(`${await onceOf(refused, 'connect_error')}`, /needs a token/)
      const allowed = io(locked.url, { forceNew: true, auth: { token: 'secret' } })
      await onceOf(allowed, 'info')
      allowed.disconnect()
      const old = ioOf2019(locked.url, {
        forceNew: true,
        query: { token: 'secret' },
      } as never) as unknown as ReturnType<typeof io>
      await onceOf(old, 'info')
      old.disconnect()
      const foreign = io(locked.url, {
        forceNew: true,
        reconnection: false,
        extraHeaders: { Origin: 'http://evil.example' },
      })
      await onceOf(foreign, 'connect_error')
    } finally {
      await locked.close()
    }
  })
})

function onceOf(
  socket: { once(event: string, listener: (data: unknown) => void): unknown },
  event: string,
): Promise<unknown> {
  return new Promise((resolve) => socket.once(event, resolve))
}
