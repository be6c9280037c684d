import assert from 'node:assert/strict'
import { type FlowEntry, Red } from './support'

const tab = { id: 'tab', type: 'tab', label: 'test' }
const model = { id: 'depth', type: 'daisychain-densedepth', z: 'tab', name: 'Depth', variant: 'mini', wires: [[]] }
const wrong = { id: 'in', type: 'inject', z: 'tab', props: [{ p: 'payload' }], payload: '7', payloadType: 'num' }

describe('GET /daisychain/health', function () {
  this.timeout(60_000)
  let red: Red

  before(async () => {
    red = await Red.start([tab, model, { ...wrong, wires: [['depth']] }] as FlowEntry[])
  })
  after(() => red.stop())

  const health = async () => {
    const answer = await fetch(`${red.url}/daisychain/health`)
    return [answer.status, ((await answer.json()) as { problems: string[] }).problems] as const
  }

  it('answers 200 while everything runs, also after one bad message; 503 when a node keeps failing', async () => {
    const send = async () => {
      red.seen = []
      await fetch(`${red.url}/inject/in`, { method: 'POST' })
      await red.until('node-status', ({ id, status }) => id === 'depth' && status.fill === 'red')
    }
    await send()
    assert.deepEqual(await health(), [200, []])
    await send()
    await send()
    assert.deepEqual(await health(), [503, ['“Depth” has failed 3 times in a row: look at its status.']])
  })

  it('names a node without a model, whatever the reason, unless it is disabled', async () => {
    const lacking = [
      { ...model, name: 'A', variant: 'midas-small' },
      { ...model, id: 'b', name: 'B', variant: 'own', own: { file: 'gone.onnx' } },
      { ...model, id: 'c', name: 'C', variant: 'nonsense' },
      { ...model, id: 'e', name: 'E', type: 'daisychain-onnx', file: '/secret/place.onnx', variant: undefined },
    ]
    await red.deploy([
      tab,
      ...lacking,
      { ...model, id: 'f', name: 'F', variant: 'midas-small', d: true },
    ] as FlowEntry[])
    const [status, problems] = await health()
    assert.equal(status, 503)
    assert.deepEqual(
      problems.filter((problem) => problem.includes('has no model')),
      ['A', 'B', 'C', 'E'].map((name) => `“${name}” has no model: open the node.`),
    )
    assert.doesNotMatch(problems.join(), /secret|gone/)
  })

  it('answers 503 while flows wait for nodes that aren’t installed', async () => {
    red.seen = []
    await fetch(`${red.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([tab, { id: 'x', z: 'tab', type: 'not-installed-anywhere', wires: [] }]),
    })
    await red.until('runtime-event', ({ payload }) => payload?.error === 'missing-types')
    assert.deepEqual(await health(), [503, ['The flows have not started: open the editor to see why.']])
  })
})
