import assert from 'node:assert/strict'
import { join } from 'node:path'
import { eventually } from '../browser/support/eventually'
import { packageFolder } from '../browser/support/versions'
import { type FlowEntry, Red } from '../plugins/support'

const photo = join(packageFolder, 'test/fixtures/photos/coffee.jpg')
const at = { z: 'tab', x: 1, y: 1 }
const flow: FlowEntry[] = [
  { id: 'tab', type: 'tab', label: 'kept' },
  {
    ...{ ...at, id: 'go', type: 'inject', props: [{ p: 'payload' }], payload: photo, payloadType: 'str' },
    wires: [['small']],
  },
  { ...at, id: 'small', type: 'daisychain-adjust', width: 8, height: 8, wires: [['bytes']] },
  { ...at, id: 'bytes', type: 'daisychain-convert', converter: 'encode', wires: [['back']] },
  { ...at, id: 'back', type: 'daisychain-adjust', width: 4, height: 4, wires: [['words']] },
  { ...at, id: 'words', type: 'function', func: 'msg.payload = ["a", "b"]; return msg', outputs: 1, wires: [['text']] },
  { ...at, id: 'text', type: 'daisychain-convert', converter: 'join', wires: [[]] },
  { ...at, id: 'draw', type: 'inject', props: [], wires: [['drawing']] },
  { ...at, id: 'drawing', type: 'daisychain-paint', wires: [['map']] },
  { ...at, id: 'map', type: 'daisychain-convert', converter: 'color-labels', wires: [[]] },
  { ...at, id: 'photos', type: 'daisychain-images', path: photo, wires: [['one'], []] },
  { ...at, id: 'one', type: 'daisychain-adjust', width: 4, height: 4, wires: [[]] },
]

describe('kept results', function () {
  this.timeout(120_000)
  let red: Red
  before(async () => {
    red = await Red.start(flow)
  })
  after(() => red.stop())

  interface Kept {
    times: number[]
    canRepeat: boolean
    canSend: boolean
  }
  const read = async (id: string) =>
    (await (await fetch(`${red.url}/daisychain/results/${id}`)).json()) as Partial<Kept>
  const count = async (id: string) => (await read(id)).times?.length ?? 0
  const post = (path: string) => fetch(`${red.url}/${path}`, { method: 'POST' })
  const has = (id: string, number: number) => eventually(async () => assert.equal(await count(id), number, id))

  it('of nodes that aren’t models can be repeated and sent on, too', async () => {
    await post('inject/go')
    await has('text', 1)
    for (const [id, after] of [
      ['small', 'back'],
      ['text', ''],
    ]) {
      const { canRepeat, canSend } = await read(id as string)
      assert.deepEqual([id, canRepeat, canSend], [id, true, true])
      const before = await count(after || (id as string))
      assert.equal((await post(`daisychain/results/${id}/again`)).status, 204)
      await has(after || (id as string), before + 1)
    }
    const runs = await count('small')
    const next = await count('back')
    assert.equal((await post('daisychain/results/small/send')).status, 204)
    await has('back', next + 1)
    assert.equal(await count('small'), runs, 'it does not run itself')
  })

  it('of a drawing can be repeated once it has been sent', async () => {
    const { canRepeat, canSend } = await read('drawing')
    assert.deepEqual([canRepeat, canSend], [false, false], 'shown when deployed, not sent yet')
    await post('inject/draw')
    await has('map', 1)
    assert.equal((await post('daisychain/results/drawing/again')).status, 204)
    await has('map', 2)
  })

  it('of sources, which never take the same picture twice, can only be sent on', async () => {
    await post('daisychain/control/photos/start')
    await has('one', 1)
    const { canRepeat, canSend } = await read('photos')
    assert.deepEqual([canRepeat, canSend], [false, true])
    assert.equal((await post('daisychain/results/photos/again')).status, 404)
    assert.equal((await post('daisychain/results/photos/send')).status, 204)
    await has('one', 2)
  })
})
