import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { sharedEngine } from '../../src/engine'
import { loadManifests, modelsFolder } from '../../src/models'
import type { Image } from '../../src/types'
import { ask, start, stop } from './support'

const core = (file: string) => require(`@node-red/nodes/core/${file}`) as never

/** Sends real pictures through Node-RED's own nodes into the bundled DenseDepth. */
describe('DenseDepth at the borders of a flow', () => {
  const engine = sharedEngine()
  const models = loadManifests(modelsFolder).filter(({ id }) => id === 'densedepth')
  let jpeg: Buffer
  let folder: string

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-'))
    const sky = { create: { width: 333, height: 222, channels: 3 as const, background: '#7788cc' } }
    jpeg = await sharp(sky).jpeg().toBuffer()
    writeFileSync(join(folder, 'photo.jpg'), jpeg)
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    await engine.close()
  })
  afterEach(stop)

  function isDepth(value: unknown) {
    const depth = value as Image
    // The sky isn't a room, so there are no metres.
    assert.deepEqual([depth.width, depth.height, depth.channels, depth.unit], [333, 222, 1, undefined])
    assert.ok(depth.data.every((share) => share >= 0 && share <= 1))
  }

  it('accepts a file from "file in"', async () => {
    await start(
      [
        {
          id: 'f',
          type: 'file in',
          filename: join(folder, 'photo.jpg'),
          filenameType: 'str',
          format: '',
          wires: [['d']],
        },
        { id: 'd', type: 'daisychain-densedepth' },
      ],
      models,
      [core('storage/10-file.js')],
    )
    const [where, msg] = await ask('f', {})
    assert.equal(where, 'out', msg.error?.message)
    isDepth(msg.payload)
  })

  it('accepts a file path, and a data URI', async () => {
    await start([{ id: 'd', type: 'daisychain-densedepth' }], models)
    for (const payload of [join(folder, 'photo.jpg'), `data:image/jpeg;base64,${jpeg.toString('base64')}`]) {
      const [where, msg] = await ask('d', { payload })
      assert.equal(where, 'out', msg.error?.message)
      isDepth(msg.payload)
    }
  })

  it('says which node of the flow turned the bytes into text, also through other nodes', async () => {
    const depth = { id: 'd', type: 'daisychain-densedepth' }
    const file = { type: 'file in', filename: join(folder, 'photo.jpg'), filenameType: 'str' }
    await start(
      [
        { ...file, id: 'f', name: 'get the photo', format: 'utf8', wires: [['fn']] },
        { id: 'fn', type: 'function', func: 'return {payload: String(msg.payload)}', wires: [['d']] },
        { ...file, id: 'g', name: 'a good one', format: '', wires: [['d']] },
        { id: 'h', type: 'http request', name: 'elsewhere', wires: [[]] },
        { id: 'q', type: 'http request', method: 'GET', wires: [['d']] },
        depth,
      ],
      models,
      [core('storage/10-file.js'), core('function/10-function.js'), core('network/21-httprequest.js')],
    )
    const [where, msg] = await ask('f', {})
    assert.equal(where, 'caught')
    const sentence = String(msg.error?.message)
    assert.match(sentence, /bytes were turned into text/)
    assert.match(sentence, /open “get the photo” \(file in\) and set Output to "a single Buffer object"/)
    assert.match(sentence, /, or open “http request” and set Return to "a binary buffer"\.$/)
    assert.doesNotMatch(sentence, /a good one|elsewhere|udp in/)
  })
})
