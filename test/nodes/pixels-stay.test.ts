import assert from 'node:assert/strict'
import type { EventEmitter } from 'node:events'
import { goldenInputs } from '../../scripts/seal/golden'
import { Kept } from '../../src/engine'
import { openSharedFile } from '../../src/engine/shared-file'
import { decodeImage } from '../../src/images'
import { loadManifests, type Model } from '../../src/models'
import { normals } from '../../src/random'
import { glimpseOf, type Image, Segmentation } from '../../src/types'
import { countReads } from '../engine/count-reads'
import { ask, live, type Message, next, start, stop } from './support'

/** Node-RED's own. */
const { cloneMessage } = require('@node-red/util').util as { cloneMessage<T>(message: T): T }
const { events } = require('@node-red/util') as { events: EventEmitter }

/** Counts how often pixels are read back between StyleGAN and DenseDepth while an editor watches. */
describe('pixels between two models', function () {
  this.timeout(60_000)
  before(function () {
    if (openSharedFile() === null) this.skip()
  })
  const count = countReads()
  afterEach(async () => {
    events.emit('comms:connection-removed', { session: 'editor' })
    await stop()
  })

  it('stay with the engine while an editor shows both, and the second still recognises its world', async () => {
    await start(
      [
        { id: 'imagine', type: 'daisychain-stylegan', wires: [['depth']] },
        { id: 'depth', type: 'daisychain-densedepth' },
      ],
      loadManifests(),
    )
    const press = async () => {
      const arrived = next(1)
      live('imagine').receive({ payload: normals(1, 512) })
      const [[where, msg]] = (await arrived) as [[string, Message]]
      assert.equal(where, 'out', msg.error?.message)
      return msg
    }
    await press() // the engine learns from this run how much room the pictures need
    const nextPictures = () => Promise.all(['imagine', 'depth'].map(nextPicture))
    const begun = nextPictures()
    events.emit('comms:message:daisychain/watching', { session: 'editor', data: true })
    await begun // reads back what was made before the editor watched
    const shown = nextPictures()
    count.reads = 0
    const msg = await press()
    for (const picture of await shown) {
      const { width, height } = await decodeImage(Buffer.from(picture.split(',')[1] as string, 'base64'))
      assert.deepEqual([width, height], [128, 128])
    }
    assert.equal(count.reads, 0)
    assert.equal(msg.familiar, true)
    assert.equal((msg.payload as Image).data.length, 128 * 128)
    assert.equal(count.reads, 1)
  })

  it('stay with the engine as label maps too, in a loop of SPADE and DeepLab, and when they are cloned directly', async () => {
    await start(
      [
        { id: 'paint', type: 'daisychain-spade', wires: [['look']] },
        { id: 'look', type: 'daisychain-deeplab' },
      ],
      loadManifests(),
    )
    const lap = async (payload: unknown) => {
      const [where, msg] = await ask('paint', { payload })
      assert.equal(where, 'out', msg.error?.message)
      return msg.payload as Segmentation
    }
    const spade = loadManifests().find(({ id }) => id === 'spade') as Model
    const { semantic_map } = (await goldenInputs(spade)) as { semantic_map: Segmentation }
    const first = await lap(semantic_map) // the engine learns from this run how much room the maps need
    const begun = nextPicture('look')
    events.emit('comms:message:daisychain/watching', { session: 'editor', data: true })
    await begun // reads back what was made before the editor watched
    count.reads = 0
    const shown = nextPicture('look')
    const second = await lap(first)
    const small = await decodeImage(Buffer.from((await shown).split(',')[1] as string, 'base64'))
    assert.equal(small.width / small.height, second.width / second.height)
    const third = await lap(cloneMessage(second))
    assert.ok(second.pixels.place instanceof Kept && third.pixels.place instanceof Kept)
    assert.equal(count.reads, 0)
    const { width, height, labels, data } = second
    const here = await lap(new Segmentation({ width, height, labels, data: data.slice() }))
    assert.deepEqual(here.data, third.data)
  })

  it('aren’t reduced while nobody is watching', async () => {
    await start([{ id: 'imagine', type: 'daisychain-stylegan' }], loadManifests())
    for (const seed of [1, 2]) {
      const [, { payload }] = await ask('imagine', { payload: normals(seed, 512) })
      assert.equal(glimpseOf(payload as Image, 160), undefined)
    }
    assert.equal(count.reads, 0)
  })
})

/** The next picture of a node that is sent to an editor. */
function nextPicture(id: string): Promise<string> {
  return new Promise((resolve) => {
    events.on('comms', function took({ topic, data }: { topic: string; data: { image?: string } }) {
      if (topic !== `daisychain/preview/${id}` || !data.image) return
      events.off('comms', took)
      resolve(data.image)
    })
  })
}
