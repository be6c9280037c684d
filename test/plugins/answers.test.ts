import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type Server, startNodeRed } from '../browser/support/server'
import { eachVersion } from '../browser/support/versions'
import { type FlowEntry, Red } from './support'

const at = { z: 'tab', x: 1, y: 1 }
const tab = { id: 'tab', type: 'tab', label: 'test' }
const ask = (path: string, ...wires: string[]) => ({
  ...at,
  id: path,
  type: 'http in',
  url: `/${path}`,
  method: 'get',
  wires: [wires],
})
const fn = (id: string, func: string, ...wires: string[]) => ({
  ...at,
  id,
  type: 'function',
  func,
  outputs: 1,
  wires: [wires],
})
const counted = (path: string, to: string) => [
  ask(path, `count ${path}`),
  fn(`count ${path}`, 'global.set("count", (global.get("count") ?? 0) + 1); return msg', to),
]
const adjust = (id: string, ...wires: string[]) => ({ ...at, id, type: 'daisychain-adjust', wires: [wires] })
const waits = { ...at, type: 'delay', pauseType: 'delay', timeout: '300', timeoutUnits: 'seconds' }
const more = { ...at, id: 'more', type: 'comment', wires: [] } as FlowEntry
const answer = { ...at, id: 'answer', type: 'http response', wires: [] }
const convert = { type: 'daisychain-convert' }
const scaled = { type: 'daisychain-adjust', width: -3 }
const picture = 'msg.payload = {width: 1, height: 1, channels: 1, data: Buffer.from([1])}'
const vector = 'msg.payload = Array(512).fill(0)'
/** What a node says, the response's status, the node, and what a message adds. */
const faults: [RegExp, number, object, string?][] = [
  [/^the next nodes don't declare what they need/, 500, convert],
  [/^the converter has no choices/, 500, { ...convert, converter: 'choose' }],
  [/converter, "spell", does not exist/, 500, { ...convert, converter: 'spell' }],
  [/^width is -3/, 500, scaled, picture],
  [/^width is -3/, 500, scaled, `${picture}; msg.adjust = {height: 5}`],
  [/^width is -9/, 400, scaled, `${picture}; msg.adjust = {width: -9}`],
  [/^the crop leaves nothing/, 500, { ...scaled, width: 4, cropLeft: 60, cropRight: 60 }, picture],
  [/^the crop leaves nothing/, 400, { ...scaled, width: 4, cropLeft: 60 }, `${picture}; msg.adjust = {cropRight: 60}`],
  [/^payload is the text/, 400, { ...scaled, width: 4 }],
  [/truncation is 7/, 500, { type: 'daisychain-stylegan', variant: 'mini', truncation: '7' }, vector],
  [/truncation is 8/, 400, { type: 'daisychain-stylegan', truncation: '0.5' }, `${vector}; msg.truncation = 8`],
  [/has no variant "huge"/, 500, { type: 'daisychain-stylegan', variant: 'huge' }, vector],
  [
    /NOWHERE_AT_ALL .*is not set/,
    500,
    { type: 'daisychain-images', source: 'path', path: `$${'{NOWHERE_AT_ALL}'}/a.png` },
  ],
  [/nowhere\.png/, 500, { type: 'daisychain-images', source: 'path', path: '/nowhere.png' }],
  [/elsewhere\.png/, 400, { type: 'daisychain-images', source: 'path' }, 'msg.filename = "/elsewhere.png"'],
  [/nowhere\.wav/, 500, { type: 'daisychain-audio', path: '/nowhere.wav' }],
  [/filled in/, 500, { type: 'daisychain-export', format: 'png', file: '{nme}' }, picture],
  [/rate is/, 500, { type: 'daisychain-latent', rate: '-1' }],
  [/rate is/, 400, { type: 'daisychain-latent' }, 'msg.rate = -1'],
  [/No model is chosen/, 500, { type: 'daisychain-onnx' }, picture],
  [
    /a node of the type "xml" can only handle text/,
    500,
    { type: 'xml', property: 'payload' },
    picture.replace('{', '{type: "image", '),
  ],
  [/rejected/, 503, { type: 'daisychain-stylegan', restart: 'stopped', whileStopped: 'refuse' }, vector],
]

for (const version of eachVersion())
  describe(`requests that wait at "http in", Node-RED ${version.name}`, function () {
    this.timeout(120_000)
    let server: Server
    const get = async (path: string) => {
      const response = await fetch(`${server.url}/${path}`)
      return [response.status, (await response.text()).trim()]
    }

    /** Sends requests, and waits until the nodes that hold them have received them. */
    const hold = async (...paths: string[]) => {
      const count = async () => Number((await get('count'))[1])
      const before = await count()
      const waiting = paths.map(get)
      while ((await count()) < before + paths.length);
      return waiting
    }

    before(async () => {
      server = await startNodeRed(version.find())
      await server.setFlows(flow())
    })
    after(() => server?.stop())

    function flow(): FlowEntry[] {
      const other = (entry: object) => ({ ...entry, z: 'other' }) as unknown as FlowEntry
      return [
        tab,
        ask('fails', 'number'),
        fn('number', 'msg.payload = 7; return msg', 'a'),
        adjust('a', 'answer'),
        answer,
        ask('beside', 'number2', 'slow'),
        fn('number2', 'msg.payload = 7; return msg', 'b'),
        adjust('b'),
        fn('slow', 'setTimeout(() => { msg.payload = "later"; node.send(msg); node.done() }, 200)', 'answer'),
        ask('model', 'vector'),
        fn('vector', 'msg.payload = Array.from({length: 512}, (_, i) => Math.sin(i)); return msg', 'many'),
        fn('many', 'for (let i = 0; i < 6; i++) node.send({payload: msg.payload}); return msg', 'm'),
        { ...at, id: 'm', type: 'daisychain-stylegan', variant: 'mini', queue: 'latest', wires: [['answer']] },
        ...counted('waits', 'vector2'),
        fn('vector2', 'msg.payload = Array(512).fill(0); return msg', 'n'),
        {
          ...at,
          id: 'n',
          type: 'daisychain-stylegan',
          variant: 'mini',
          queue: 'all',
          limit: 50,
          restart: 'stopped',
          wires: [['answer']],
        },
        ...counted('held', 'picture'),
        fn('picture', 'msg.payload = {width: 1, height: 1, channels: 1, data: Buffer.from([1])}; return msg', 'd'),
        adjust('d', 'long'),
        { ...waits, id: 'long', wires: [['answer']] },
        // None of these flows contains a node of this package.
        ...counted('delay', 'later'),
        { ...waits, id: 'later', wires: [['answer']] },
        ...counted('queue', 'rate'),
        {
          ...waits,
          id: 'rate',
          pauseType: 'queue',
          rate: 1,
          nbRateUnits: 300,
          rateUnits: 'second',
          wires: [['answer']],
        },
        ...counted('trigger', 'second'),
        {
          ...at,
          id: 'second',
          type: 'trigger',
          op1type: 'nul',
          op2type: 'payl',
          duration: 300,
          units: 's',
          wires: [['answer']],
        },
        ...counted('join', 'pair'),
        { ...at, id: 'pair', type: 'join', mode: 'custom', build: 'array', count: 2, wires: [['answer']] },
        ...counted('subflow', 'use'),
        { ...at, id: 'use', type: 'subflow:sub', wires: [['answer']] },
        {
          id: 'sub',
          type: 'subflow',
          name: 'sub',
          in: [{ wires: [{ id: 'inner' }] }],
          out: [{ wires: [{ id: 'wait', port: 0 }] }],
        },
        { ...fn('inner', 'return msg', 'wait'), z: 'sub' },
        { ...waits, id: 'wait', z: 'sub', wires: [[]] },
        ask('count', 'tell'),
        fn('tell', 'msg.payload = String(global.get("count") ?? 0); return msg', 'answer'),
        ...counted('kept', 'keep'),
        fn('keep', 'flow.set("kept", msg)'),
        ask('release', 'let'),
        fn('let', 'node.send({ ...flow.get("kept"), payload: "released" }); return msg', 'answer'),
        { ...ask('body', 'echo'), method: 'post' },
        fn('echo', 'return msg', 'answer'),
        { id: 'other', type: 'tab', label: 'other' },
        other(ask('caught', 'number3')),
        other(fn('number3', 'msg.payload = 7; return msg', 'c')),
        other(adjust('c', 'answer3')),
        other({ ...at, id: 'catch', type: 'catch', scope: null, wires: [['word']] }),
        other(
          fn(
            'word',
            'msg.payload = "caught: " + msg.error.code + typeof msg.error.message; msg.statusCode = 418; return msg',
            'answer3',
          ),
        ),
        other({ ...answer, id: 'answer3' }),
        { id: 'third', type: 'tab', label: 'third' },
        ...faults.flatMap(([, , settings, brings = 'msg.payload = "cat"'], i) => [
          { ...ask(`fault${i}`, `word${i}`), z: 'third' },
          { ...fn(`word${i}`, `${brings}; return msg`, `to${i}`), z: 'third' },
          { ...at, z: 'third', id: `to${i}`, ...settings, wires: [[`eats${i}`]] },
          { ...fn(`eats${i}`, 'return RED.util.cloneMessage(msg)', `answer${i}`), z: 'third' },
          { ...answer, z: 'third', id: `answer${i}` },
        ]),
      ] as FlowEntry[]
    }

    it('are answered with the sentence when a node fails', async () => {
      assert.deepEqual(await get('fails'), [400, 'payload is 7, but an image is needed.'])
    })

    it('are answered with 500 if the flow is wrong, and with 400 if the message is', async () => {
      for (const [i, [sentence, wanted, settings]] of faults.entries()) {
        const [status, body] = await get(`fault${i}`)
        assert.match(String(body), sentence)
        assert.equal(status, wanted, `${JSON.stringify(settings)}: ${body}`)
      }
    })

    it('are left to the flow if it answers with a Catch node, or on another path', async () => {
      assert.deepEqual(await get('caught'), [418, 'caught: valuestring'])
      assert.deepEqual(await get('beside'), [200, 'later'])
    })

    it('are answered when a full deploy removes the flow, and when a queue discards them', async () => {
      // The first answer comes once the model has loaded; the message with the request is behind six others.
      const dropped = await Promise.all(['model', 'model', 'model'].map(get))
      assert.ok(dropped.some(([status]) => status === 503) || dropped.every(([status]) => status === 200))
      const waiting = await hold('waits', 'waits', 'held', 'delay', 'queue', 'trigger', 'join', 'subflow')
      await server.setFlows([...flow(), more])
      for (const [status, text] of await Promise.all(waiting)) {
        assert.equal(status, 503)
        assert.match(String(text), /was redeployed/)
      }
    })

    it('are left to the flow if it has stored them in a context and answers them after the deploy', async () => {
      const [kept] = await hold('kept')
      await server.setFlows([...flow(), more])
      assert.equal((await get('release'))[0], 200)
      assert.deepEqual(await kept, [200, 'released'])
    })

    it('are answered if receiving their body took longer than the deploy', async () => {
      const answered = new Promise<[number | undefined, string]>((resolve, reject) => {
        const headers = { 'content-type': 'text/plain', 'content-length': 4, expect: '100-continue' }
        const sending = request(`${server.url}/body`, { method: 'POST', headers }, async (response) => {
          resolve([response.statusCode, (await response.toArray()).join('')])
        })
        sending.on('error', reject).once('continue', () => {
          sending.write('sl')
          void server.setFlows([...flow(), more]).then(() => sending.end('ow'), reject)
        })
        sending.flushHeaders()
      })
      const [status, text] = await answered
      assert.equal(status, 503)
      assert.match(text, /was redeployed/)
    })

    it('are answered when a partial deploy removes the nodes that have them, and only then', async () => {
      const changed = (...ids: string[]) =>
        flow().map((entry) => (ids.includes(entry.id as string) ? { ...entry, name: `${Math.random()}` } : entry))
      const deploy = (...ids: string[]) => server.setFlows(changed(...ids), 'nodes')
      const isAnswered = async (waiting: Promise<unknown>) =>
        Promise.race([waiting.then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))])
      for (const [path, node] of [
        ['held', 'long'],
        ['subflow', 'use'],
        ['trigger', 'second'],
      ] as const) {
        const [held = assert.fail()] = await hold(path)
        await deploy('a', 'other')
        assert.equal(await isAnswered(held), false)
        await deploy(node)
        const [status, text] = await held
        assert.equal(status, 503)
        assert.match(String(text), /was redeployed/)
      }
      // Requests that arrive while nodes stop and start aren't lost silently either.
      let isOver = false
      const deploying = deploy('a', 'm', 'n').then(() => {
        isOver = true
      })
      while (!isOver) {
        const [status] = await get('fails')
        assert.ok(status === 400 || status === 503)
      }
      await deploying
    })
  })

describe('an error without a Catch node', function () {
  this.timeout(60_000)
  it('is a sentence in the debug sidebar, not a record', async () => {
    const inject = {
      ...at,
      id: 'in',
      type: 'inject',
      props: [{ p: 'payload', v: '7', vt: 'num' }],
      once: true,
      onceDelay: 0.1,
      wires: [['a']],
    }
    const red = await Red.start([tab, inject, adjust('a')] as FlowEntry[])
    try {
      const { data } = await red.until('comms', ({ topic, data }) => topic === 'debug' && data.id === 'a')
      assert.deepEqual([data.msg, data.format, data.level], ['payload is 7, but an image is needed.', 'String', 20])
    } finally {
      await red.stop()
    }
  })
})
