import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { counts, encodeImage } from '../../src/images/index'
import { deferred, field, flat, post, type Served, serve, testModel } from './support'

const ECHO = [
  field('image', { type: 'image', channels: 3 }),
  field('z', { type: 'vector', length: 3 }),
  field('text', { type: 'text' }),
  field('number', { type: 'number', min: 0, max: 1 }),
  field('kind', { type: 'category', oneOf: ['cat', 'dog'] }),
  field('points', { type: 'array', itemType: { type: 'image_point' } }),
  field('anything', { type: 'any' }),
  field('file', { type: 'file' }),
]

describe('bad input over HTTP', () => {
  let served: Served
  let runs = 0
  const model = testModel(ECHO, [], (inputs) => {
    runs++
    return inputs
  })
  before(async () => {
    served = await serve(model, { limit: 100_000 })
  })
  after(() => served.close())
  beforeEach(() => {
    runs = 0
  })

  const refused = async (body: unknown, status: number, sentence: RegExp | string, headers = {}) => {
    const answer = await post(`${served.url}/query`, body, headers)
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    if (typeof sentence === 'string') assert.equal(answer.body.error, sentence)
    else assert.match(answer.body.error as string, sentence)
    assert.equal(runs, 0, 'the model did not run')
  }

  it('bodies that aren’t JSON objects', async () => {
    for (const body of ['', '{', '{"a":}', 'null{', "{'text': 1}"])
      await refused(body, 400, 'The body of all POST requests must contain JSON.')
    for (const body of ['null', '[]', '7', '"x"'])
      await refused(body, 400, 'The body must be a JSON object such as {"image": …}.')
    await refused(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, "The body isn't UTF-8 text.")
  })

  it('values of the wrong type, with sentences that name the input', async () => {
    await refused({ z: [1, 2] }, 400, /^z /)
    await refused({ z: 'x' }, 400, /^z /)
    await refused({ number: 2 }, 400, /^number /)
    await refused({ kind: 'cow' }, 400, /^kind /)
    await refused({ text: { deep: 1 } }, 400, /^text /)
    await refused({ points: [[0, 0], 'x'] }, 400, /^points\[1\] /)
    await refused({ image: 7 }, 400, /^image must be a picture as a data URI/)
  })

  it('pictures: paths, addresses, drawings, damaged and empty ones', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/><script>alert(1)</script></svg>'
    const bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><svg>&a;</svg>'
    for (const image of [
      '/etc/passwd',
      'file:///etc/hostname',
      '../../picture.png',
      'http://127.0.0.1/x.png',
      'data:,',
      'data:image/png;base64,',
      '',
      'AAAA',
    ])
      await refused({ image }, 400, /^image /)
    for (const text of [svg, bomb]) {
      await refused(
        { image: `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}` },
        400,
        /isn't a picture that Daisychain can read/,
      )
      await refused({ image: `data:image/svg+xml,${encodeURIComponent(text)}` }, 400, /^image /)
    }
    const png = await encodeImage(flat(64, 64, [1, 2, 3]), 'png')
    await refused(
      { image: `data:image/png;base64,${png.subarray(0, 60).toString('base64')}` },
      400,
      /^image cannot be read: /,
    )
    await refused({ image: { data: [1, 2, 3], width: 1, height: 1 } }, 400, /^image must be/)
    await refused(
      { file: '/etc/passwd' },
      400,
      'file cannot be sent over the network: it is the path of a file on this computer.',
    )
  })

  it('names that would change objects’ prototypes', async () => {
    const { status, body } = await post(
      `${served.url}/query`,
      '{"anything":{"\\u005f_proto__":{"polluted":1},"__pr\\u006Fto__":{"polluted":1},"ok":2},"__proto__":{"x":1}}',
    )
    assert.equal(status, 200)
    assert.deepEqual(Object.getOwnPropertyNames(body.anything), ['ok'])
    assert.equal(({} as { polluted?: number }).polluted, undefined)
  })

  it('endless nesting', async () => {
    await refused(
      `{"anything":${'['.repeat(2000)}${']'.repeat(2000)}}`,
      400,
      'anything is nested deeper than 64 levels.',
    )
  })

  it('too large: plain, announced, chunked and decompressed', async () => {
    await refused({ text: 'x'.repeat(200_000) }, 413, /^The body is larger than/)
    await refused(gzipSync(JSON.stringify({ text: 'x'.repeat(5_000_000) })), 413, /^The body is larger than/, {
      'Content-Encoding': 'gzip',
    })
    const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(10_000)) })
    const answer = await fetch(`${served.url}/query`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit).then(
      ({ status }) => status,
      () => 'cut off',
    )
    assert.ok(answer === 413 || answer === 'cut off', `${answer}`)
  })

  it('too large, reported while it is still being sent', async () => {
    const { status, body } = await post(`${served.url}/query`, { text: 'x'.repeat(8e6) })
    assert.equal(status, 413)
    assert.match(body.error as string, /^The body is larger than/)
  })

  it('too much at once: 503, and finished bodies no longer count', async () => {
    const held: Socket[] = []
    const begin = (bytes: number) =>
      new Promise<string>((resolve) => {
        const socket = connect(served.port, '127.0.0.1')
        held.push(socket)
        socket.write(`POST /query HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n${' '.repeat(bytes)}`)
        socket.once('data', (part) => resolve(String(part)))
        socket.on('error', () => {})
      })
    const answers = Array.from({ length: 9 }, () => begin(99_000))
    const first = await Promise.race(answers)
    assert.match(first, /^HTTP\/1\.1 503 .*Retry-After: 1.*Too much is being sent at the same time/s)
    for (const socket of held) socket.destroy()
    for (;;) {
      const { status } = await post(`${served.url}/query`, `{"text":"${'x'.repeat(90_000)}"}`)
      if (status === 200) break
    }
  })

  it('a response that nobody reads is given up', async () => {
    const large = await serve(
      testModel([], [], () => ({ text: 'x'.repeat(30e6) })),
      { timeout: 300 },
    )
    try {
      const socket = connect(large.port, '127.0.0.1')
      socket.pause()
      socket.write('POST /query HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}')
      socket.on('error', () => {})
      await large.connections(1)
      await large.connections(0)
      socket.destroy()
    } finally {
      await large.close()
    }
  })

  it('damaged or strange compression', async () => {
    await refused('not gzip', 400, /could not be read/, { 'Content-Encoding': 'gzip' })
    await refused(gzipSync('{"text":"a"}').subarray(0, 20), 400, /could not be read/, { 'Content-Encoding': 'gzip' })
    await refused('{}', 415, /compressed with gzip, deflate or br/, { 'Content-Encoding': 'zstd' })
  })

  it('a client that sends too slowly is told so', async () => {
    const slow = await serve(model, { timeout: 50 })
    try {
      const text = await raw(slow.port, 'POST /query HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"te')
      assert.match(text, /^HTTP\/1\.1 408 /)
      assert.match(text, /The body did not arrive within/)
    } finally {
      await slow.close()
    }
  })

  it('methods and paths', async () => {
    const status = async (method: string, path: string) => (await fetch(served.url + path, { method })).status
    assert.equal(await status('DELETE', '/query'), 405)
    assert.equal(await status('POST', '/info'), 405)
    assert.equal(await status('DELETE', '/meta'), 405)
    assert.equal((await fetch(`${served.url}/query`, { method: 'PUT' })).headers.get('allow'), 'POST, OPTIONS')
    const head = await fetch(`${served.url}/info`, { method: 'HEAD' })
    assert.deepEqual([head.status, await head.text()], [200, ''])
    assert.ok(Number(head.headers.get('content-length')) > 100)
    assert.equal(await status('GET', '/no/such/thing'), 404)
    assert.match(
      await raw(served.port, 'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 404 /,
    )
    assert.match(
      await raw(served.port, 'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 404 /,
    )
  })

  it('nothing from a request gets into the response’s headers', async () => {
    const text = await raw(
      served.port,
      'OPTIONS /query HTTP/1.1\r\nHost: x\r\nOrigin: http://evil\r\nX-Runway-Output-Format: a=PNG%0d%0aSet-Cookie: x=1\r\nConnection: close\r\n\r\n',
    )
    assert.match(text, /^HTTP\/1\.1 403 /)
    assert.doesNotMatch(text.split('\r\n\r\n')[0] ?? '', /evil|Set-Cookie/)
  })

  it('pages from other origins are refused unless they are listed', async () => {
    const ask = (url: string, origin: string) => post(`${url}/query`, {}, { Origin: origin })
    assert.equal((await ask(served.url, 'http://evil.example')).status, 403)
    assert.equal((await ask(served.url, 'null')).status, 403)
    assert.equal((await ask(served.url, served.url)).status, 200)
    assert.equal(runs, 1)
    const listed = await serve(model, { origins: ['http://good.example'] })
    try {
      const { status, headers } = await ask(listed.url, 'http://good.example')
      assert.deepEqual(
        [status, headers.get('access-control-allow-origin'), headers.get('vary')],
        [200, 'http://good.example', 'Origin'],
      )
      assert.equal((await ask(listed.url, 'http://good.example.evil')).status, 403)
    } finally {
      await listed.close()
    }
  })

  it('a page that points its own host name at this computer is refused', async () => {
    const local = await serve(model, { isLocal: true, origins: ['https://proxy.example'] })
    const locked = await serve(model, { isLocal: true, token: 'secret' })
    try {
      const ask = async (port: number, host: string, more = '') =>
        Number(
          (await raw(port, `GET /info HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`)).slice(9, 12),
        )
      for (const host of ['localhost', `127.0.0.1:${local.port}`, '[::1]:8000', 'me.localhost:1', 'proxy.example'])
        assert.equal(await ask(local.port, host), 200, host)
      for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', 'xlocalhost'])
        assert.equal(await ask(local.port, host, `Origin: http://${host}\r\n`), 403, host)
      assert.equal(await ask(locked.port, 'evil.example', 'Authorization: Bearer secret\r\n'), 200)
    } finally {
      await local.close()
      await locked.close()
    }
  })

  it('fuzz: any bytes get a status and a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('/query', '/v2/models/test/infer', '/v1/query', '/setup'),
        async (body, path) => {
          const { status, body: answer } = await post(served.url + path, body)
          assert.ok(status === 200 || (status >= 400 && status < 500 && typeof answer.error === 'string'), `${status}`)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('fuzz: any JSON gets a status and a sentence', async () => {
    const names = fc.constantFrom(...ECHO.map(({ name }) => name))
    const texts = fc.oneof(fc.string(), fc.constantFrom('data:image/png;base64,iVBORw0KGgo=', '/9j/4AAQ', 'R0lGODlh'))
    const value = fc.oneof(texts, fc.jsonValue(), fc.array(fc.double()))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value, { maxKeys: 3 }), async (inputs) => {
        const { status, body } = await post(`${served.url}/query`, inputs)
        assert.ok(
          status === 200 || (status === 400 && /[.!?]$/.test(body.error as string)),
          `${status} ${JSON.stringify(body)}`,
        )
      }),
      { numRuns: 300 },
    )
  })

  it('fuzz: anything instead of HTTP', async () => {
    const lines = fc.constantFrom(
      'GET / HTTP/1.1',
      'POST /query HTTP/1.1',
      'Host: x',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'Content-Encoding: gzip',
      '',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(lines, fc.string()), { maxLength: 6 }), async (parts) => {
        await raw(served.port, `${parts.join('\r\n')}\r\n\r\n`, true)
      }),
      { numRuns: 60 },
    )
    assert.equal((await fetch(`${served.url}/healthcheck`)).status, 200)
  })
})

describe('simultaneous queries', () => {
  it('stay separate, whatever the order of their responses', async () => {
    const gates = new Map<string, ReturnType<typeof deferred<Record<string, unknown>>>>()
    const model = testModel(
      [field('text', { type: 'text' })],
      [],
      ({ text }) => {
        const gate = deferred<Record<string, unknown>>()
        gates.set(text as string, gate)
        return gate.promise
      },
      { places: 20 },
    )
    const served = await serve(model)
    try {
      const words = Array.from({ length: 12 }, (_, i) => `word ${i}`)
      const answers = words.map((text) => post(`${served.url}/query`, { text }))
      while (gates.size < words.length) await new Promise(setImmediate)
      for (const text of [...words].reverse()) gates.get(text)?.resolve({ echo: text })
      assert.deepEqual(
        (await Promise.all(answers)).map(({ body }) => body.echo),
        words,
      )
    } finally {
      await served.close()
    }
  })

  it('more than there are places: 503 and Retry-After; a client that leaves frees its place', async () => {
    const started: AbortSignal[] = []
    const model = testModel(
      [],
      [],
      (_, { signal }) => {
        started.push(signal as AbortSignal)
        return new Promise(() => {})
      },
      { places: 2, timeout: 60_000 },
    )
    const served = await serve(model)
    try {
      const leaving = new AbortController()
      const held = [0, 1].map(() =>
        fetch(`${served.url}/query`, { method: 'POST', body: '{}', signal: leaving.signal }).catch(() => 'left'),
      )
      while (started.length < 2) await new Promise(setImmediate)
      const { status, headers, body } = await post(`${served.url}/query`, {})
      assert.deepEqual([status, headers.get('retry-after')], [503, '1'])
      assert.equal(body.error, '2 queries are still running: try again in 1 s.')
      leaving.abort()
      assert.deepEqual(await Promise.all(held), ['left', 'left'])
      while (model.calls.count > 0) await new Promise(setImmediate)
      assert.ok(started.every((signal) => signal.aborted))
    } finally {
      await served.close()
    }
  })

  it('more than there are places: no pictures are decoded in vain, and no large body is awaited', async () => {
    let isHeld = true
    const gate = deferred<Record<string, unknown>>()
    const model = testModel([field('image', { type: 'image' })], [], () => (isHeld ? gate.promise : {}), { places: 1 })
    const served = await serve(model)
    try {
      const first = post(`${served.url}/query`, {})
      while (model.calls.count === 0) await new Promise(setImmediate)
      const decoded = counts.decoded
      const image = `data:image/png;base64,${(await encodeImage(flat(64, 64, [1, 2, 3]), 'png')).toString('base64')}`
      assert.equal((await post(`${served.url}/query`, { image })).status, 503)
      assert.equal(counts.decoded, decoded)
      const unsent = 'POST /query HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n'
      assert.match(await raw(served.port, unsent), /^HTTP\/1\.1 503 /)
      isHeld = false
      gate.resolve({})
      assert.equal((await first).status, 200)
    } finally {
      await served.close()
    }
  })

  it('no result in time: 504, and a sentence with advice', async () => {
    const served = await serve(testModel([], [], () => new Promise(() => {}), { timeout: 30 }))
    try {
      const { status, body } = await post(`${served.url}/query`, {})
      assert.deepEqual([status, body.error], [504, 'No answer came within 0 s: the flow sent nothing to "serve out".'])
    } finally {
      await served.close()
    }
  })

  it('an error of the model is reported, and kept for /error until the next success', async () => {
    let isBroken = true
    const served = await serve(
      testModel([], [], () => {
        if (isBroken) throw new Error('The model has no idea')
        return { fine: true }
      }),
    )
    try {
      const last = async () => (await (await fetch(`${served.url}/error`)).json()) as unknown
      const { status, body } = await post(`${served.url}/query`, {})
      assert.deepEqual([status, body], [500, { error: 'The model has no idea.' }])
      assert.deepEqual(await last(), { error: 'The model has no idea' })
      isBroken = false
      assert.deepEqual((await post(`${served.url}/query`, {})).body, { fine: true })
      assert.deepEqual(await last(), { error: null })
    } finally {
      await served.close()
    }
  })

  it('results that aren’t shared are shown to nobody else', async () => {
    const served = await serve(testModel([], [], () => ({ secret: 1 }), { share: false }))
    try {
      await post(`${served.url}/query`, {})
      assert.equal((await fetch(`${served.url}/data`)).status, 404)
    } finally {
      await served.close()
    }
  })
})

/**
 * Sends bytes and returns the response once the other side closes the connection, or (`end`) once it has
 * responded to ours.
 */
function raw(port: number, text: string, end = false): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => (end ? socket.end(text) : socket.write(text)))
    socket.on('data', (part) => (answer += part))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}
