import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { NodeAPI } from 'node-red'
import helper from 'node-red-node-test-helper'
import remoteNode from '../../nodes/remote/remote'
import { allDeclarations } from '../../src/declarations'
import { createChecker, readFlow } from '../../src/flow'
import { field, flat, type Served, serve, testModel } from '../serving/support'
import { ask, live, next, refusal, start, stop } from './support'

const nodes = [(RED: NodeAPI) => remoteNode(RED)]

describe('the remote node', () => {
  let served: Served
  const model = testModel(
    [
      field('image', { type: 'image', channels: 3 }, { required: true }),
      field('strength', { type: 'number', min: 0, max: 1, default: 0.5 }),
    ],
    [field('caption', { type: 'text' }), field('score', { type: 'number' })],
    async ({ image, strength }, { signal }) => {
      if (strength === 0) await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      return { caption: `${image} at ${strength}`, score: 1 }
    },
    { name: 'describer' },
  )
  before(async () => {
    served = await serve(model, { token: 'secret' })
  })
  after(() => served.close())
  afterEach(stop)

  /**
   * Does what the dialog's button does, and returns the response in the form in which the dialog stores it.
   */
  async function asked(body: object) {
    const answer = await helper.request().post('/daisychain-remote/ask').send(body)
    return {
      status: answer.status as number,
      body: answer.body as {
        message: string
        kind: string
        url: string
        models: { name: string; ports: object; words: { inputs: string[] } }[]
      },
    }
  }
  const begin = (config: object) => start([{ id: 'n', type: 'daisychain-remote', ...config }], [], nodes)
  async function stored() {
    await begin({})
    const { body } = await asked({ url: served.url, token: 'secret' })
    await stop()
    const [first] = body.models
    return { url: body.url, kind: body.kind, model: first?.name, ports: first?.ports, words: first?.words }
  }

  it('asks the server and stores its description, by which the wires are checked', async () => {
    const config = await stored()
    assert.equal(config.kind, 'open-inference')
    assert.deepEqual(config.words?.inputs, ['image: a colour image', 'strength: a number from 0 to 1'])
    const flow = [
      { id: 'i', type: 'inject', props: [{ p: 'payload', v: 'hello', vt: 'str' }], wires: [['n']] },
      { id: 'n', type: 'daisychain-remote', ...config, wires: [['d']] },
      { id: 'd', type: 'daisychain-densedepth', wires: [[]] },
    ]
    const checker = createChecker(readFlow(flow), allDeclarations())
    assert.deepEqual(
      checker.inputs('n').map(({ property, name, required }) => [property, name, required]),
      [
        ['payload', 'image', true],
        ['strength', 'strength', false],
      ],
    )
    const { wires } = checker.report
    assert.deepEqual(
      wires.map(({ verdict }) => verdict),
      ['mismatch', 'mismatch'],
      'text is no picture, at either end',
    )
  })

  it('refuses anything but a server, in a sentence', async () => {
    await begin({})
    assert.match((await asked({ url: 'http://127.0.0.1:9' })).body.message, /^127\.0\.0\.1:9 cannot be reached: /)
    assert.match((await asked({ url: '' })).body.message, /isn't a server address\.$/)
    const { status, body } = await asked({ url: served.url, token: 'wrong' })
    assert.equal(status, 400)
    assert.match(body.message, /This model needs a token/)
  })

  it('sends the message there and its result on, with everything else in the message', async () => {
    await helperStart(await stored())
    const [where, msg] = await ask('n', { payload: flat(3, 2, [1, 2, 3]), strength: 0.25, topic: 'mine' })
    assert.equal(where, 'out')
    assert.deepEqual([msg.payload, msg.score, msg.topic], ['image 3×2 RGB at 0.25', 1, 'mine'])
  })

  it('refuses what doesn’t fit before it is sent, and passes on the server’s sentences', async () => {
    const config = await stored()
    await helperStart(config)
    assert.match(await refusal('n', { payload: 'hello' }), /^image /)
    assert.match(await refusal('n', { payload: flat(1, 1, [1, 2, 3]), strength: 7 }), /^strength /)
    await stop()
    await helperStart({ ...config, model: 'another' })
    assert.match(
      await refusal('n', { payload: flat(1, 1, [1, 2, 3]) }),
      /answers: The model here is called "describer"\.$/,
    )
    await stop()
    await begin({ url: served.url })
    assert.match(await refusal('n', { payload: 1 }), /press "Connect"/)
  })

  it('msg.cancel ends the current query', async () => {
    await helperStart(await stored())
    const caught = next(1, ['caught'])
    live('n').receive({ payload: flat(1, 1, [1, 2, 3]), strength: 0 })
    while (model.calls.count === 0) await new Promise(setImmediate)
    live('n').receive({ cancel: true })
    const [[, msg]] = (await caught) as [[string, { error?: { message: string } }]]
    assert.match(msg.error?.message ?? '', /was cancelled\.$/)
    while (model.calls.count > 0) await new Promise(setImmediate)
  })

  it('a server that dies while responding', async () => {
    const broken = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{')
      setImmediate(() => response.destroy())
    })
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve))
    const config = await stored()
    await helperStart({ ...config, kind: 'sdk', url: `http://127.0.0.1:${(broken.address() as AddressInfo).port}` })
    assert.match(await refusal('n', { payload: flat(1, 1, [1, 2, 3]) }), /was cut off/)
    broken.closeAllConnections()
    await new Promise((resolve) => broken.close(resolve))
  })

  /** Starts the node with a token in its credentials. */
  async function helperStart(config: object): Promise<void> {
    await start([{ id: 'n', type: 'daisychain-remote', ...config }], [], nodes, { n: { token: 'secret' } })
    const stored = (live('n') as unknown as { credentials?: { token?: string } }).credentials
    assert.equal(stored?.token, 'secret')
  }
})
