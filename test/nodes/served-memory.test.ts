import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { resolve } from 'node:path'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { registerOnnx } from '../../nodes/onnx/onnx-node'
import remoteNode from '../../nodes/remote/remote'
import { portsOf } from '../../nodes/remote/settings'
import serveNodes from '../../nodes/serve/serve'
import { createEngine, sharedEngine } from '../../src/engine'
import { inspectFile } from '../../src/inspect'
import { discover, type RemoteModel } from '../../src/serving'
import { freePort } from '../browser/support/server'
import { ask, start, stop } from './support'

const { hooks } = require('@node-red/util')
const file = resolve(__dirname, '../../../test/fixtures/inspect/recurrent.onnx')

/** The model adds up all it was given: the first number of [1, 0, 0, 0] becomes 2, then 4, 6 … */
const GIVEN = { payload: [1, 0, 0, 0] }
const FILM = [2, 4, 6]
const ALONE = [2, 2, 2]

type Ask = () => Promise<number>

const firstNumber = (outputs: Record<string, number[]>) => Object.values(outputs)[0]?.[0] as number

describe('what a served model remembers', () => {
  let url: string
  before(async () => {
    const engine = createEngine({ device: 'cpu', log: () => {} })
    const { manifest } = await inspectFile(file, engine)
    await engine.close()
    const port = await freePort()
    const socketIoPort = await freePort()
    url = `http://127.0.0.1:${port}`
    const begin = (far: object = {}) =>
      start(
        [
          {
            id: 'in',
            type: 'daisychain-serve-in',
            name: 'adder',
            where: 'port',
            port,
            socketIoPort,
            share: false,
            wires: [['n']],
          },
          { id: 'n', type: 'daisychain-onnx', file, manifest, wires: [['end']] },
          { id: 'own', type: 'daisychain-onnx', file, manifest },
          { id: 'end', type: 'daisychain-serve-out', wires: [] },
          { id: 'far', type: 'daisychain-remote', ...far },
        ],
        [],
        [(RED) => registerOnnx(RED, []), (RED) => serveNodes(Object.assign(Object.create(RED), { hooks })), remoteNode],
      )
    await begin()
    const { kind, models } = await discover(url, null)
    await stop()
    await begin({ url, kind, model: models[0]?.name, ports: portsOf(models[0] as RemoteModel) })
  })
  after(async () => {
    await stop()
    await sharedEngine().close()
  })

  /** Two clients ask in turn, so that each would continue the other's sum. */
  async function inTurn(one: Ask, other: Ask): Promise<[number[], number[]]> {
    const sums: [number[], number[]] = [[], []]
    for (let i = 0; i < 3; i++) {
      sums[0].push(await one())
      sums[1].push(await other())
    }
    return sums
  }

  async function askByHttp(path: string, body: object, found: (answer: never) => number): Promise<number> {
    const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
    return found((await answer.json()) as never)
  }

  function infer(parameters?: object): Promise<number> {
    const tensor = { name: 'payload', shape: [4], datatype: 'FP32', data: GIVEN.payload }
    const found = ({ outputs }: { outputs: { data: number[] }[] }) => Number(outputs[0]?.data[0])
    return askByHttp('/v2/models/adder/infer', { parameters, inputs: [tensor] }, found)
  }

  it('is nothing from one HTTP query to the next, whatever the protocol', async () => {
    const runway = () => askByHttp('/query', GIVEN, firstNumber)
    assert.deepEqual(await inTurn(runway, () => infer()), [ALONE, ALONE])
  })

  it('is what came before in the same sequence of Open Inference requests', async () => {
    assert.deepEqual(
      await inTurn(
        () => infer({ sequence_id: 7 }),
        () => infer({ sequence_id: '7' }),
      ),
      [FILM, FILM],
    )
    const sums: number[] = []
    for (const more of [{}, { sequence_start: true }, { sequence_end: true }, {}])
      sums.push(await infer({ sequence_id: 7, ...more }))
    assert.deepEqual(sums, [8, 2, 4, 2])
    assert.deepEqual(
      [await infer({ sequence_id: 0 }), await infer({ sequence_id: 0 })],
      [2, 2],
      '0 is none, as in Triton',
    )
  })

  it('is what a remote node sent before', async () => {
    const send = (more: object) => async () =>
      ((await ask('far', { ...GIVEN, ...more }))[1].payload as ArrayLike<number>)[0] as number
    assert.deepEqual(await inTurn(send({}), send({ _session: { type: 'tcp', id: 'b' } })), [FILM, FILM])
    const sums: number[] = []
    for (const more of [{ req: {} }, { req: {} }, { reset: true }, {}]) sums.push(await send(more)())
    assert.deepEqual(sums, [2, 2, 2, 4])
  })

  it('is what came before over the same WebSocket', async () => {
    const sockets = [new WebSocket(url.replace('http', 'ws')), new WebSocket(url.replace('http', 'ws'))]
    await Promise.all(sockets.map((socket) => once(socket, 'open')))
    const [one, other] = sockets.map((socket): Ask => {
      const messages = on(socket, 'message')
      return async () => {
        socket.send(JSON.stringify({ type: 'submit', inputData: GIVEN }))
        for (;;) {
          const { value } = await messages.next()
          const { type, outputData } = JSON.parse(String(value[0]))
          if (type === 'output') return firstNumber(outputData)
        }
      }
    }) as [Ask, Ask]
    assert.deepEqual(await inTurn(one, other), [FILM, FILM])
    for (const socket of sockets) socket.close()
  })

  it('is what the same Socket.IO client sent before', async () => {
    const clients = [0, 1].map(() => io(url, { transports: ['websocket'], forceNew: true }))
    await Promise.all(clients.map((client) => new Promise((done) => client.once('info', done))))
    const [one, other] = clients.map(
      (client): Ask =>
        async () => {
          client.emit('query', GIVEN)
          return new Promise((done) => client.once('data', (outputs) => done(firstNumber(outputs))))
        },
    ) as [Ask, Ask]
    assert.deepEqual(await inTurn(one, other), [FILM, FILM])
    for (const client of clients) client.disconnect()
  })

  it('is nothing from one request of http in to the next, and what came over the same connection of Node-RED’s own nodes', async () => {
    const send = (more: () => object) => async () =>
      ((await ask('own', { ...GIVEN, ...more() }))[1].payload as ArrayLike<number>)[0] as number
    assert.deepEqual(
      await inTurn(
        send(() => ({ req: {}, res: {} })),
        send(() => ({ _session: { type: 'websocket', id: 'a' } })),
      ),
      [ALONE, FILM],
    )
    assert.deepEqual(
      await inTurn(
        send(() => ({ _session: { type: 'tcp', id: 'a' } })),
        send(() => ({})),
      ),
      [FILM, FILM],
    )
    const [, fresh] = await ask('own', { ...GIVEN, reset: true, _session: { type: 'tcp', id: 'a' } })
    const [, on] = await ask('own', GIVEN)
    assert.deepEqual(
      [(fresh.payload as number[])[0], (on.payload as number[])[0]],
      [2, 8],
      'a reset is the client’s own',
    )
  })
})
