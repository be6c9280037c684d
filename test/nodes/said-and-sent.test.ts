import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server as HttpServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import { shownText } from '../../src/types'
import { type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4 } from '../browser/support/versions'

/** A model server that records the credentials it receives, and can require a token. */
interface Asked {
  url: string
  seen: (string | undefined)[]
  server: HttpServer
}

async function listen(isPrivate = false): Promise<Asked> {
  const seen: Asked['seen'] = []
  const fields = { inputs: [{ name: 'text', type: 'text' }], outputs: [{ name: 'text', type: 'text' }] }
  const server = createServer((request, response) => {
    const { authorization }: IncomingHttpHeaders = request.headers
    seen.push(authorization)
    request.resume()
    const status = isPrivate && !authorization ? 401 : request.url?.startsWith('/v2') ? 404 : 200
    const meta = { commands: [{ name: 'say', ...fields }] }
    response.writeHead(status).end(JSON.stringify(request.url?.endsWith('/meta') ? meta : { ...fields, text: 'hello' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, server }
}

const port = (name: string) => [{ name, property: 'payload', type: { type: 'text' } }]
const ports = { inputs: port('text'), outputs: [port('text')] }
const tab = { id: 'tab', type: 'tab' }
const placed = { z: 'tab', x: 1, y: 1 }
const around = (nodes: object[], path = '/say') => [
  tab,
  { ...placed, id: 'in', type: 'daisychain-serve-in', path, timeout: 5, wires: [['n']] },
  ...nodes,
  { ...placed, id: 'end', type: 'daisychain-serve-out', wires: [] },
]

describe('what nodes send to servers, and report about them', function () {
  this.timeout(60_000)
  let server: Server
  let own: Asked
  let other: Asked
  before(async () => {
    own = await listen()
    other = await listen(true)
    server = await startNodeRed(nodeRed4())
  })
  after(async () => {
    await server?.stop()
    for (const { server } of [own, other]) server.close()
  })

  const remote = (url: string, more: object = {}) => ({
    ...placed,
    id: 'n',
    type: 'daisychain-remote',
    url,
    kind: 'sdk',
    model: 'say',
    ports,
    retries: 0,
    wires: [['end']],
    ...more,
  })
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: answer.status, body: (await answer.json()) as Record<string, string> }
  }
  const ask = (url: string, token = '__PWRD__') => post('/daisychain-remote/ask', { id: 'n', url, kind: 'sdk', token })
  const run = () => post('/say/query', { text: 'x', payload: 'x' })

  it('a stored token is sent only to the origin that it was saved for', async () => {
    await server.setFlows(around([remote(own.url, { credentials: { token: 'secret-1' } })]))
    assert.equal((await run()).status, 200)
    assert.equal((await ask(`${own.url}/meta`)).status, 200)
    assert.equal((await ask(own.url.replace('http://', ''))).status, 200)
    assert.deepEqual(new Set(own.seen.splice(0)), new Set(['Bearer secret-1']))

    for (const url of [
      other.url,
      `${other.url}/meta`,
      other.url.replace('127.0.0.1', 'localhost'),
      `http://${own.url.slice(7)}@${other.url.slice(7)}`,
    ]) {
      const { status, body } = await ask(url)
      assert.equal(status, 400)
      assert.match(
        body.message ?? '',
        /^The token was saved for http:\/\/127[^ ]* and isn.t sent to .*: enter it again in the node\.$|cannot be reached/,
      )
    }
    await ask(own.url.replace('127.0.0.1', 'localhost'))
    assert.deepEqual(
      other.seen.splice(0).filter((one) => one?.includes('secret')),
      [],
    )
    assert.ok(!own.seen.splice(0).some((one) => one?.includes('secret')), 'another name is another origin')

    // A deploy changes the address, and nobody enters the token again.
    const before = server.output().length
    await server.setFlows(around([remote(other.url)]))
    assert.match((await run()).body.error ?? '', /rejected the token/)
    assert.deepEqual(other.seen.splice(0), [undefined])
    assert.match(server.output().slice(before), /\[warn\].*The token was saved for .*enter it again in the node\./)
    // The token is entered again: once as the dialog sends it, and once as another program would.
    await server.setFlows(around([remote(other.url, { credentials: { token: 'secret-1', tokenFor: '' } })]))
    assert.equal((await run()).status, 200)
    await server.setFlows(around([remote(own.url, { credentials: { token: 'secret-2' } })]))
    assert.equal((await run()).status, 200)
    assert.deepEqual([other.seen.splice(0), own.seen.splice(0)], [['Bearer secret-1'], ['Bearer secret-2']])
    await ask(other.url, 'typed')
    assert.ok(other.seen.splice(0).every((one) => one === 'Bearer typed'))
  })

  it('an inference server’s token too, and the figures don’t reveal it', async () => {
    const engine = (addresses: string, more: object = {}) => ({
      id: 'e',
      type: 'daisychain-engine',
      server: addresses,
      ...more,
    })
    const model = { ...placed, id: 'n', type: 'daisychain-densedepth', engine: 'e', wires: [['end']] }
    const settled = async (asked: Asked) => {
      while (asked.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      return new Set(asked.seen.splice(0))
    }
    await server.setFlows([...around([model]), engine(own.url, { credentials: { token: 'secret-3' } })])
    void post('/say/query', { payload: PIXEL, image: PIXEL }).catch(() => {})
    assert.deepEqual(await settled(own), new Set(['Bearer secret-3']))
    const metrics = await (await fetch(`${server.url}/daisychain/metrics`)).text()
    assert.ok(metrics.includes(own.url) && !metrics.includes('secret'), metrics)
    await server.setFlows([...around([model]), engine(`${own.url}, ${other.url.replace('//', '//user:hidden@')}`)])
    void post('/say/query', { payload: PIXEL, image: PIXEL }).catch(() => {})
    assert.deepEqual(await settled(other), new Set([undefined]))
    assert.doesNotMatch(server.output(), /hidden|secret-/)
  })

  it('addresses are shown without user and password, which are sent to the server', async () => {
    const secretly = own.url.replace('//', '//user:hid%2Fden@')
    const before = server.output().length
    await server.setFlows(around([remote(secretly, { credentials: { token: '', tokenFor: '' } })]))
    // Until now, the previous test's engine may have sent requests.
    own.seen.length = 0
    assert.equal((await run()).status, 200)
    assert.deepEqual(own.seen.splice(0), [`Basic ${Buffer.from('user:hid/den').toString('base64')}`])
    const told: unknown[] = [
      (await ask('http://user:hidden@127.0.0.1:1')).body,
      (await ask('http://us er:hidden@x y')).body,
    ]
    await server.setFlows(around([remote('http://user:hidden@127.0.0.1:1')]))
    told.push((await run()).body)
    assert.doesNotMatch(JSON.stringify(told) + server.output().slice(before), /hid(den|%2F)/)
  })

  it('a message can’t write its own lines to the log or a status', async () => {
    const forged = 'no\n30 Nov 12:00:00 - [info] forged\r\n\u001b[31mforged\u009b2J\u2028forged\u202eforged'
    const bad = JSON.stringify(forged)
    const makes: [string, string][] = [
      ['images', `msg.filename = ${bad}`],
      ['images', `msg.control = ${bad}`],
      ['export', `msg.payload = "/" + ${bad} + ".png"`],
      ['adjust', `msg.adjust = { width: ${bad} }`],
      ['adjust', `msg.payload = "./" + ${bad}.slice(0, 2) + ${bad} + ".png"`],
      ['convert', `msg.payload = ${bad}`],
      ['camera', `msg.device = ${bad}`],
      ['camera', `msg.control = { ${bad}: ${bad} }`],
      ['latent', `msg.control = ${bad}`],
      ['densedepth', `msg.payload = ${bad}; msg.control = ${bad}`],
      ['densedepth', `msg.payload = { ${bad}: 1 }`],
      ['remote', `msg.payload = { ${bad}: 1 }`],
      ...['images', 'camera', 'latent', 'densedepth'].map((type): [string, string] => [
        type,
        'const c = {}; c.c = [c]; msg.control = c',
      ]),
    ]
    const flows = makes.flatMap(([type, func], i) => [
      { ...placed, id: `in${i}`, type: 'daisychain-serve-in', path: `/say${i}`, timeout: 5, wires: [[`f${i}`]] },
      { ...placed, id: `f${i}`, type: 'function', func: `${func}; return msg`, outputs: 1, wires: [[`n${i}`]] },
      {
        ...{ ...remote('http://127.0.0.1:1'), converter: 'encode' },
        ...{ id: `n${i}`, type: `daisychain-${type}`, wires: [['end']] },
      },
    ])
    await server.setFlows([tab, ...flows, { ...placed, id: 'end', type: 'daisychain-serve-out', wires: [] }])
    const comms = new WebSocket(`${server.url.replace('http', 'ws')}/comms`)
    const statuses: string[] = []
    comms.on('message', (data) => statuses.push(String(data)))
    await once(comms, 'open')
    comms.send(JSON.stringify({ subscribe: 'status/#' }))
    const before = server.output().length
    const answers = await Promise.all(makes.map((_, i) => post(`/say${i}/query`, {})))
    for (const [i, { status, body }] of answers.entries()) {
      assert.ok(status >= 400 && status !== 504, `${makes[i]}: ${status} ${JSON.stringify(body)}`)
      assert.match(body.error ?? '', /^\S.*\.$/s)
    }
    const isSaid = () =>
      /forged/.test(server.output().slice(before)) && statuses.some((line) => line.includes('forged'))
    while (!isSaid()) await new Promise((resolve) => setTimeout(resolve, 20))
    comms.close()
    const log = server.output().slice(before)
    for (const line of log.split('\n')) {
      assert.equal(line, shownText(line))
      if (line.includes('forged')) assert.match(line, /^\d+ \w+ [\d:]+ - \[error\] \[daisychain-/, line)
    }
    for (const line of statuses.flatMap((data) => JSON.parse(data) as { data: { text?: string } }[]))
      if (line.data?.text) assert.equal(line.data.text, shownText(line.data.text))
    assert.doesNotMatch(log, /at .*\.js:\d+/, 'sentences, and no stack')
  })

  it('displayed text', () => {
    const cases: [string, string][] = [
      ['Straße 日本 👩‍🎨 é', 'Straße 日本 👩‍🎨 é'],
      ['a\nb\tc\u0000\u001b[0m\u0085', 'a\\nb\\tc\\u0000\\u001b[0m\\u0085'],
      ['see http://u:p@h/x, ws://only@h and a@b.c', 'see http://h/x, ws://h and a@b.c'],
      ['http://h/p@q?x=a@b', 'http://h/p@q?x=a@b'],
      ['https://u:p@@h', 'https://h'],
    ]
    for (const [text, shown] of cases) assert.equal(shownText(text), shown)
  })
})

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
