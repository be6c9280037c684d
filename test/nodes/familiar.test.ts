import assert from 'node:assert/strict'
import { runAgain } from '../../nodes/models/doubts'
import { goldenInputs } from '../../scripts/seal/golden'
import { sharedEngine } from '../../src/engine'
import { loadManifests } from '../../src/models'
import type { Image } from '../../src/types'
import { paint } from '../models/support'
import { ask, live, type Message, next, start, stop } from './support'

const stripes = paint(300, 200, (x) => (x % 20 < 10 ? [250, 120, 0] : [0, 60, 130]))
const models = loadManifests()
const depth = models.find(({ id }) => id === 'densedepth')

describe('nodes of small models with unfamiliar input', () => {
  const engine = sharedEngine()
  after(() => engine.close())
  afterEach(stop)

  const warnings = (id: string) => {
    const texts: string[] = []
    live(id).on('call:warn', ({ args }) => texts.push(String(args[0])))
    return texts
  }

  it('report it in the message, in the status, and in the debug sidebar once per tab', async () => {
    await start(
      [
        { id: 'd', type: 'daisychain-densedepth' },
        { id: 'l', type: 'daisychain-deeplab' },
      ],
      models,
    )
    const shown: { fill?: string; shape?: string; text?: string }[] = []
    live('d').on('call:status', ({ args }) => shown.push(args[0] as object))
    const said = [warnings('d'), warnings('l')]
    const [where, msg] = await ask('d', { payload: stripes })
    assert.equal(where, 'out', msg.error?.message)
    assert.equal(msg.familiar, false)
    assert.equal((msg.payload as Image).unit, undefined)
    await ask('d', { payload: stripes })
    await ask('l', { payload: stripes })
    assert.equal(said.flat().length, 1, said.flat().join('\n'))
    assert.match(String(said[0]), /DenseDepth.*like those in its dialog/)
    while (!shown.some(({ text }) => text?.startsWith('only a guess'))) await new Promise(setImmediate)
    const { fill, shape } = shown.find(({ text }) => text?.startsWith('only a guess')) ?? {}
    assert.deepEqual([fill, shape], ['yellow', 'ring'])

    assert.ok(depth)
    const [, room] = await ask('d', { payload: (await goldenInputs(depth)).image, familiar: false })
    assert.equal(room.familiar, true)
    assert.equal((room.payload as Image).unit, 'm')
  })

  it('name the unknown words of a prompt', async () => {
    await start([{ id: 'g', type: 'daisychain-attngan' }], models)
    const said = warnings('g')
    const [, msg] = await ask('g', { payload: 'a blue room with a dragon' })
    assert.equal(msg.familiar, false)
    assert.match(said.join(), /dragon/)
    assert.doesNotMatch(said.join(), /blue|room/)
    const [, known] = await ask('g', { payload: 'a blue room with a red ball' })
    assert.equal(known.familiar, true)
  })

  it('remove another node’s result from the message if they can’t tell', async () => {
    await start([{ id: 's', type: 'daisychain-stylegan' }], models)
    const [, msg] = await ask('s', { payload: new Float32Array(512), familiar: false })
    assert.ok(!('familiar' in msg))
  })

  it('rerun the last message that they didn’t recognise', async () => {
    await start([{ id: 'd', type: 'daisychain-densedepth', variant: 'mini' }], models)
    await ask('d', { payload: stripes, topic: 'mine' })
    const again = next(1)
    const RED = { nodes: { getNode: live }, util: { generateId: () => 'new' } }
    assert.equal(runAgain(RED as never, 'd', 'mini'), true)
    const [, msg] = (await again)[0] as [string, Message]
    assert.equal(msg.topic, 'mine')
    assert.equal(runAgain(RED as never, 'another', 'mini'), false)
  })
})
