import assert from 'node:assert/strict'
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
const adjust = (id: string, ...wires: string[]) => ({ ...at, id, type: 'daisychain-adjust', wires: [wires] })
const answer = { ...at, id: 'answer', type: 'http response', wires: [] }

for (const version of eachVersion())
  describe(`requests that wait at "http in", Node-RED ${version.name}`, function () {
    this.timeout(120_000)
    let server: Server
    const get = async (path: string) => {
      const response = await fetch(`${server.url}/${path}`)
      return [response.status, (await response.text()).trim()]
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
        ask('waits', 'vector2'),
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
        ask('held', 'picture'),
        fn('picture', 'msg.payload = {width: 1, height: 1, channels: 1, data: Buffer.from([1])}; return msg', 'd'),
        adjust('d', 'long'),
        {
          ...at,
          id: 'long',
          type: 'delay',
          pauseType: 'delay',
          timeout: '300',
          timeoutUnits: 'seconds',
          wires: [['answer']],
        },
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
      ] as FlowEntry[]
    }

    it('are answered with the sentence when a node fails', async () => {
      assert.deepEqual(await get('fails'), [400, 'payload is 7, but an image is needed.'])
    })

    it('are left to the flow where it answers by a Catch node, or on another way', async () => {
      assert.deepEqual(await get('caught'), [418, 'caught: valuestring'])
      assert.deepEqual(await get('beside'), [200, 'later'])
    })

    it('are answered when a full deploy takes the flow away, and when a queue drops them', async () => {
      // The first comes when the model has loaded; the message with the request is behind six others.
      const dropped = await Promise.all(['model', 'model', 'model'].map(get))
      assert.ok(dropped.some(([status]) => status === 503) || dropped.every(([status]) => status === 200))
      const waiting = ['waits', 'waits', 'held'].map(get)
      // The requests have to have come before the deploy.
      await get('fails')
      await new Promise((resolve) => setTimeout(resolve, 300))
      await server.setFlows([...flow(), { id: 'more', type: 'comment', z: 'tab', x: 1, y: 1, wires: [] } as FlowEntry])
      for (const [status, text] of await Promise.all(waiting)) {
        assert.equal(status, 503)
        assert.match(String(text), /was redeployed/)
      }
    })

    it('are answered when a deploy of single nodes takes away those that have them, and only then', async () => {
      const changed = (...ids: string[]) =>
        flow().map((entry) => (ids.includes(entry.id as string) ? { ...entry, name: `${Math.random()}` } : entry))
      const deploy = (...ids: string[]) => server.setFlows(changed(...ids), 'nodes')
      const isAnswered = async (waiting: Promise<unknown>) =>
        Promise.race([waiting.then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))])
      const held = get('held')
      await get('fails') // Requests come in their order, so that one has come.
      await deploy('a', 'other')
      assert.equal(await isAnswered(held), false)
      await deploy('long')
      const [status, text] = await held
      assert.equal(status, 503)
      assert.match(String(text), /was redeployed/)
      // What comes while the nodes stop and start is not lost without a word either.
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
