import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { borrowBrowser } from '../browser/support/borrow'
import { noChromium } from '../browser/support/browser'
import { freePort, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'

type Json = Record<string, unknown>

/** A Node-RED as people run it, queried as by Runway's clients. */
describe("Runway's clients and a published flow", function () {
  this.timeout(120_000)
  let server: Server
  let port: number
  let url: string
  before(async () => {
    server = await startNodeRed(nodeRed4())
    port = await freePort()
    url = `http://127.0.0.1:${port}`
  })
  after(() => server?.stop())

  /** Deploys nodes between the two ends; `serve in` is wired to the first. */
  async function publish(nodes: ({ id: string; type: string } & Json)[], more: Json = {}): Promise<void> {
    const place = { z: 'tab', x: 100, y: 100 }
    await server.setFlows([
      { id: 'tab', type: 'tab', label: 't' },
      {
        ...{
          id: 'in',
          type: 'daisychain-serve-in',
          ...place,
          name: 'a',
          where: 'port',
          port,
          timeout: 60,
          origins: '*',
        },
        ...{ wires: [[nodes[0]?.id]], ...more },
      },
      ...nodes.map((node) => ({ ...place, wires: [['out']], ...node })),
      { id: 'out', type: 'daisychain-serve-out', ...place, wires: [] },
    ])
    while (!(await fetch(`${url}/healthcheck`).catch(() => null))?.ok) await new Promise(setImmediate)
  }
  const ask = async (body: unknown, path = '/query') => {
    const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
    return { status: answer.status, body: (await answer.json()) as Json }
  }
  const info = async () => (await (await fetch(`${url}/info`)).json()) as Record<'inputs' | 'outputs', Json[]>
  const defaults = async () => {
    const named = (await info()).inputs.filter((input) => 'default' in input && input.type !== 'vector')
    return Object.fromEntries(named.map(({ name, default: value }) => [name, value]))
  }
  const func = (code: string, more: Json = {}) => ({ id: 'f', type: 'function', func: code, outputs: 1, ...more })

  it('a stated default is what is used if nothing is sent: sending all of them gives the same', async () => {
    const image = `data:image/png;base64,${readFileSync(join(packageFolder, 'test/fixtures/room/room.png'), 'base64')}`
    const cases: [string, Json, Json, Json][] = [
      ['maskrcnn', {}, { image }, { category: 'any', min_score: 0.4 }],
      ['maskrcnn', { min_score: '0.7', category: 'cat' }, { image }, { category: 'cat', min_score: 0.7 }],
      [
        'gpt2',
        { sequence_length: '5' },
        { prompt: 'A cat', seed: 3 },
        { prompt: null, seed: null, sequence_length: 5, temperature: 0.8, top_k: 40, top_p: null },
      ],
      ['attngan', {}, { caption: 'a red bed', seed: 1 }, { caption: null, seed: null }],
    ]
    for (const [model, settings, body, expected] of cases) {
      await publish([{ id: 'm', type: `daisychain-${model}`, wires: [['out'], []], ...settings }])
      assert.deepEqual(await defaults(), expected)
      const plain = await ask(body)
      assert.equal(plain.status, 200, JSON.stringify(plain.body).slice(0, 200))
      assert.deepEqual(await ask({ ...expected, ...body }), plain, model)
    }
    // Two models with different defaults have no common default.
    await publish([
      { id: 'a', type: 'daisychain-gpt2', wires: [['b']], temperature: '0.2', sequence_length: '4' },
      { id: 'b', type: 'daisychain-gpt2', temperature: '1', sequence_length: '4' },
    ])
    const { temperature, sequence_length } = await defaults()
    assert.deepEqual([temperature, sequence_length], [null, 4])
  })

  it('every way in which a node reports a failed message responds at once, with its sentence', async () => {
    const ways = [
      'node.error("it went wrong", msg)\nreturn',
      'node.error(new Error("it went wrong"), msg)',
      'setTimeout(() => { node.error("it went wrong", msg); node.done() }, 5)\nreturn',
      'node.error({ message: "it went wrong", code: 5 }, { ...msg, payload: 1 })',
      'throw new Error("it went wrong")',
    ]
    for (const way of ways) {
      await publish([func(way)])
      assert.deepEqual(await ask({ payload: 1 }), { status: 500, body: { error: 'it went wrong.' } }, way)
    }
    // A Catch node responds if it covers the node and leads to the end; one that covers another node doesn't.
    const catcher = { id: 'c', type: 'catch', wires: [['d']] }
    const instead = {
      id: 'd',
      type: 'change',
      rules: [
        { t: 'delete', p: 'error', pt: 'msg' },
        { t: 'set', p: 'payload', pt: 'msg', to: 'instead', tot: 'str' },
      ],
    }
    for (const [scope, status] of [
      [null, 200],
      [['f'], 200],
      [['d'], 500],
    ]) {
      await publish([func(ways[0] as string), { ...catcher, scope }, instead])
      assert.equal((await ask({ payload: 1 })).status, status, JSON.stringify(scope))
    }
    // Only nodes that handle a query are watched, and there is no query here.
    await publish([func('node.error("it went wrong", { payload: 1 })\nreturn msg')])
    assert.equal((await ask({ payload: 1 })).status, 200)
  })

  it('inputs sent by name arrive, whatever comes directly after serve in, and outputs keep the model’s names', async () => {
    const gpt2 = { id: 'm', type: 'daisychain-gpt2', sequence_length: '3' }
    const first: [{ id: string; type: string } & Json, string[]][] = [
      [func('return msg'), ['prompt', 'payload']],
      [func('msg.payload = `${msg.prompt}`; return msg'), ['prompt', 'payload']],
      [
        { id: 'f', type: 'change', rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'payload & ""', tot: 'jsonata' }] },
        ['prompt', 'payload'],
      ],
      [
        { id: 'f', type: 'template', field: 'payload', fieldType: 'msg', syntax: 'mustache', template: '{{payload}}' },
        ['prompt', 'payload'],
      ],
      [
        { id: 'f', type: 'template', field: 'payload', fieldType: 'msg', syntax: 'mustache', template: '{{prompt}}' },
        ['prompt'],
      ],
      [{ id: 'f', type: 'json', property: 'payload', action: 'str' }, ['prompt', 'payload']],
    ]
    for (const [node, names] of first) {
      await publish([{ ...node, wires: [['m']] }, gpt2])
      for (const name of names) {
        const { status, body } = await ask({ [name]: node.type === 'json' ? { cat: 1 } : 'A cat', seed: 4 })
        assert.equal(status, 200, `${node.type} ${name} ${JSON.stringify(body)}`)
        assert.match(body.text as string, /^.{0,2}(A cat|{"cat":1})/i, JSON.stringify(node))
        assert.equal(body.generated_text, body.text)
      }
      const { status, body } = await ask({ prompt: 'A cat', colour: 'red' })
      assert.equal(status, 400)
      assert.match(body.error as string, /^There is no input "colour" here: this model has .*prompt/)
    }
    const image = `data:image/png;base64,${readFileSync(join(packageFolder, 'test/fixtures/room/room.png'), 'base64')}`
    for (const node of [
      func('return msg'),
      { id: 'f', type: 'template', template: '{{payload}}', field: 'payload', fieldType: 'msg' },
    ]) {
      await publish([{ id: 'm', type: 'daisychain-im2txt', wires: [['f']] }, node])
      const { body } = await ask({ image })
      assert.deepEqual(Object.keys(body), ['caption', 'results'])
      assert.deepEqual(body.results, [{ caption: body.caption }])
    }
  })

  it('for clients that can only open an address: the last picture itself, and queries without a body', async () => {
    await publish([
      { id: 'l', type: 'daisychain-latent', wires: [['g']] },
      { id: 'g', type: 'daisychain-stylegan' },
    ])
    const none = await fetch(`${url}/data.jpg`)
    assert.deepEqual([none.status, await none.json()], [404, { error: 'There is no picture yet.' }])
    const get = async (path: string, headers = {}) => {
      const answer = await fetch(url + path, { headers })
      return [answer.status, ((await answer.json()) as Json).image] as const
    }
    const [status, image] = await get('/query')
    assert.deepEqual([status, typeof image], [200, 'string'])
    assert.deepEqual(await get('/query?seed=7'), [200, (await ask({ seed: 7 })).body.image])
    assert.equal((await get('//query?truncation=x'))[0], 400)
    assert.equal((await get('/query?seed=7', { 'Sec-Fetch-Site': 'cross-site' }))[0], 403)
    for (const [ending, start] of [
      ['jpg', 'ffd8ff'],
      ['png', '89504e'],
      ['webp', '524946'],
      ['png?output=image', '89504e'],
    ]) {
      const answer = await fetch(`${url}/data.${ending}`)
      assert.equal(Buffer.from(await answer.arrayBuffer()).toString('hex', 0, 3), start)
      assert.match(answer.headers.get('content-type') ?? '', /^image\//)
    }
    assert.equal((await fetch(`${url}/data.png?output=z`)).status, 404)
    await publish([{ id: 'm', type: 'daisychain-attngan' }])
    assert.equal((await get('/query'))[0], 405)
    assert.equal((await get('/query?caption=a+red+bed'))[0], 200)
  })

  it('the plug-ins for Unity and Photoshop: the app’s own addresses, as on port 5142', async () => {
    const other = await freePort()
    await publish([
      func('return msg'),
      {
        id: 'second',
        type: 'daisychain-serve-in',
        name: 'painter',
        where: 'port',
        port: other,
        path: '/p',
        command: 'paint',
        wires: [['m']],
      },
      { id: 'm', type: 'daisychain-attngan' },
    ])
    const call = async (method: string, path: string, body?: Json) => {
      const answer = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) })
      return (await answer.json()) as Json & { models: Json[]; modelSessions: Json[]; modelSession: Json }
    }
    assert.deepEqual(await call('GET', '/v1/healthcheck'), { success: true })
    const { models } = await call('GET', '/v1/models')
    assert.deepEqual(
      models.map(({ name }) => name),
      ['a', 'painter'],
    )
    const [, painter] = models as [Json, Json & { commands: [Json & { inputs: Json[] }] }]
    assert.equal(painter.commands[0].inputs[0]?.name, 'caption')
    assert.deepEqual((await call('GET', '/v1/model_sessions?show=active')).modelSessions, [])
    const started = await call('POST', '/v1/model_sessions', {
      modelVersionId: painter.defaultVersionId,
      application: 'Photoshop',
    })
    const { modelSessions } = await call('GET', '/v1/model_sessions')
    assert.deepEqual(modelSessions, [started.modelSession])
    const { url: address, id, runningStatus, application } = started.modelSession
    assert.deepEqual([address, runningStatus, application], [`http://127.0.0.1:${other}/p`, 'RUNNING', 'Photoshop'])
    const painted = await fetch(`${address}/${painter.commands[0].name}`, {
      method: 'POST',
      body: '{"caption":"a red bed"}',
    })
    assert.match(((await painted.json()) as Json).result as string, /^data:image/)
    assert.deepEqual((await call('GET', `/v1/model_sessions/${id}`)).modelSession, started.modelSession)
    assert.deepEqual(await call('DELETE', `/v1/model_sessions/${id}`), { success: true })
    assert.deepEqual((await call('GET', '/v1/model_sessions')).modelSessions, [])
    assert.deepEqual(await call('POST', '/v1/model_sessions/stop_all', { application: 'Photoshop' }), { success: true })
    assert.match((await call('POST', '/v1/model_sessions', { modelVersionId: 1 })).error as string, /no such model/)
  })

  it('twelve published flows cause no warnings from Node.js', async () => {
    const more = Array.from({ length: 12 }, (_, i) => ({
      id: `s${i}`,
      type: 'daisychain-serve-in',
      name: `n${i}`,
      wires: [['f']],
    }))
    await publish([func('return msg'), ...more])
    const answers = more.map(({ name }) =>
      fetch(`${server.url}/daisychain/${name}/query`, { method: 'POST', body: '{"payload":1}' }),
    )
    for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200)
    assert.doesNotMatch(server.output(), /MaxListeners/)
  })

  it('a hosted model’s client: busy is 429, and a base address may end in a slash', async () => {
    await publish([func('setTimeout(() => node.send(msg), msg.payload)\nreturn')], { places: 1 })
    const [first, second] = await Promise.all([ask({ payload: 300 }, '/v1//query'), ask({ payload: 300 }, '/v1/query')])
    assert.deepEqual([first.status, second.status].sort(), [200, 429])
    assert.match(String([first.body.error, second.body.error]), /try again in 1 s/)
  })

  it('pages of other servers: Socket.IO 2 in a browser, with any headers that a library sends, and credentials', async function () {
    if (noChromium) return this.skip()
    const socketIoPort = await freePort()
    const pages = createServer((request, response) => {
      const file = request.url === '/sio2.js' ? require.resolve('socket.io-client-2/dist/socket.io.js') : null
      response.setHeader('Content-Type', file ? 'text/javascript' : 'text/html')
      response.end(file ? readFileSync(file) : '<!doctype html><script src="sio2.js"></script>')
    }).listen(0, '127.0.0.1')
    await once(pages, 'listening')
    const page = `http://localhost:${(pages.address() as AddressInfo).port}`
    const browser = await borrowBrowser()
    try {
      const tab = await browser.newPage()
      const connect = (address: string) =>
        tab.evaluate(`new Promise((resolve) => {
        const seen = [], socket = io(${JSON.stringify(address)}, { forceNew: true, reconnection: false })
        for (const event of ['connect_error', 'connect', 'info', 'data']) socket.on(event, (value) => {
          seen.push(event)
          if (event === 'info') socket.emit('query', { payload: value.inputs[0].name })
          if (event === 'data' || event === 'connect_error') { socket.close(); resolve([...seen, value.payload]) }
        })
      })`)
      const send = (headers: Json, more: Json = {}) =>
        tab.evaluate(
          ([address, options]) =>
            fetch(address as string, options as RequestInit).then(
              ({ status }) => status,
              () => 'refused',
            ),
          [`${url}/query`, { method: 'POST', body: '{"payload":1}', headers, ...more }],
        )
      for (const [origins, isAllowed] of [
        ['*', true],
        [page, true],
        ['http://localhost:1', false],
      ] as const) {
        await publish([func('return msg')], { origins, socketIoPort })
        await tab.goto(page)
        const expected = isAllowed ? ['connect', 'info', 'data', 'payload'] : ['connect_error', undefined]
        for (const at of [socketIoPort, port])
          assert.deepEqual(await connect(`http://127.0.0.1:${at}`), expected, origins)
        const status = isAllowed ? 200 : 'refused'
        assert.equal(
          await send({ 'Cache-Control': 'no-cache', 'X-Requested-With': 'XMLHttpRequest', 'X-Own': 'a' }),
          status,
        )
        assert.equal(await send({ 'Content-Type': 'application/json' }, { credentials: 'include' }), status)
      }
    } finally {
      await browser.close()
      pages.close()
    }
  })
})
