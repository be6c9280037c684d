import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import adjustNode from '../../nodes/adjust/adjust'
import convertNode from '../../nodes/convert/convert'
import exportNode from '../../nodes/export/export'
import imagesNode from '../../nodes/images/images'
import modelNodes from '../../nodes/models/models'
import { setReadingRules } from '../../src/images'
import { writeBlackPng } from '../images/png'
import { paint, startWith, temporaryFolder } from './pictures'
import { ask, refusal, stop } from './support'

const flow = [
  { id: 'images', type: 'daisychain-images' },
  { id: 'adjust', type: 'daisychain-adjust', width: 8, height: 8 },
  { id: 'depth', type: 'daisychain-densedepth' },
  { id: 'convert', type: 'daisychain-convert', converter: 'encode' },
  { id: 'export', type: 'daisychain-export' },
]

describe('limits for pictures in settings.js', () => {
  const folder = temporaryFolder()
  const path = (name: string) => join(folder.path, name)
  const start = (settings: object) =>
    startWith([imagesNode, adjustNode, modelNodes, convertNode, exportNode], flow, {
      userDir: path('user'),
      ...settings,
    })

  before(async () => {
    mkdirSync(path('inside'))
    await writeBlackPng(path('huge.png'), 30_000, 30_000)
    await writeBlackPng(path('large.png'), 2000, 2000)
    await paint(path('inside/small.png'))
    await paint(path('outside.png'))
    symlinkSync(path('outside.png'), path('inside/link.png'))
  })
  afterEach(stop)
  after(() => {
    setReadingRules({})
    folder.remove()
  })

  it('are 100 megapixels: a picture of 900 is refused in every node, before it uses memory', async () => {
    await start({})
    const sentence = /the PNG is 30000×30000 pixels, more than the 100 megapixels allowed: make it smaller first\.$/
    const memory = process.memoryUsage().rss
    assert.match(await refusal('images', { filename: path('huge.png') }), sentence)
    for (const { id } of flow.slice(1)) assert.match(await refusal(id, { payload: path('huge.png') }), sentence, id)
    assert.ok(process.memoryUsage().rss - memory < 100e6)
  })

  it('can be another number of pixels', async () => {
    await start({ daisychainMegapixels: 3 })
    for (const id of ['adjust', 'depth']) {
      assert.match(await refusal(id, { payload: path('large.png') }), /2000×2000 pixels, more than the 3 megapixels/)
    }
    await stop()
    await start({ daisychainMegapixels: 5 })
    const [where, { payload }] = await ask('adjust', { payload: path('large.png') })
    assert.deepEqual([where, `${payload}`], ['out', 'image 8×8 grey'])
  })

  it('can be a folder, for every node that gets a path, links too', async () => {
    await start({ daisychainRoot: path('inside'), fileWorkingDirectory: path('inside') })
    for (const { id } of flow.slice(1)) {
      assert.match(await refusal(id, { payload: path('outside.png') }), /outside\.png is outside .*inside, the only/)
      assert.match(await refusal(id, { payload: path('inside/link.png') }), /link\.png is outside .*inside, the only/)
    }
    for (const payload of [path('inside/small.png'), './small.png']) {
      const [where, sent] = await ask('adjust', { payload })
      assert.deepEqual([where, `${sent.payload}`], ['out', 'image 8×8 RGB'])
    }
  })
})
