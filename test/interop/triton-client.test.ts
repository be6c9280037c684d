import assert from 'node:assert/strict'
import { freePort, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4 } from '../browser/support/versions'
import { answering, describeJudge } from './support'

interface Answer {
  live: boolean
  ready: boolean
  inputs: string[]
  outputs: string[]
  z: number[]
  shape: number[]
  sum: number
  first: number[]
  refused: string
  stranger: string
}

describeJudge('tritonclient', ['tritonclient[all]==2.73.0', 'numpy==2.4.6'], (judge) => {
  let server: Server
  let port: number
  let grpcPort: number
  before(async () => {
    ;[port, grpcPort] = [await freePort(), await freePort()]
    const place = { z: 'tab', x: 100, y: 100 }
    server = await startNodeRed(nodeRed4(), [
      { id: 'tab', type: 'tab', label: 'interop' },
      {
        ...{ id: 'in', type: 'daisychain-serve-in', ...place, name: 'rooms', where: 'port', port, grpcPort },
        ...{ wires: [['gan']], path: '/' },
      },
      { id: 'gan', type: 'daisychain-stylegan', ...place, wires: [['out']] },
      { id: 'out', type: 'daisychain-serve-out', ...place, wires: [] },
    ])
    await server.setFlows([
      { id: 'tab', type: 'tab', label: 'interop' },
      {
        ...{ id: 'in', type: 'daisychain-serve-in', ...place, name: 'rooms', where: 'port', port, grpcPort },
        ...{ wires: [['gan']], path: '/', credentials: { token: 'secret' } },
      },
      { id: 'gan', type: 'daisychain-stylegan', ...place, wires: [['out']] },
      { id: 'out', type: 'daisychain-serve-out', ...place, wires: [] },
    ])
  })
  after(() => server?.stop())

  const pictures: Answer[] = []
  for (const how of ['http', 'grpc'] as const)
    it(`over ${how} runs a published flow, reads its sentences, and needs its token`, async () => {
      const address = `127.0.0.1:${how === 'http' ? port : grpcPort}`
      const answer = (await answering(
        () => judge().ask('triton_client.py', how, address, 'rooms', 'secret', '7'),
        server.output,
        60_000,
      )) as Answer
      assert.deepEqual([answer.live, answer.ready], [true, true])
      assert.ok(answer.inputs.includes('z') && answer.outputs.includes('image'), JSON.stringify(answer))
      assert.deepEqual(answer.shape, [128, 128, 3])
      assert.match(answer.refused, /512/)
      assert.match(answer.stranger, /needs a token/)
      pictures.push(answer)
    })

  it('gets the same picture both ways', () => {
    const [one, other] = pictures.map(({ sum, first }) => ({ sum, first }))
    assert.deepEqual(one, other)
    assert.ok((one?.sum ?? 0) > 100_000)
  })
})
