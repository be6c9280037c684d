import assert from 'node:assert/strict'
import sharp from 'sharp'

import adjustNode from '../../nodes/adjust/adjust'
import { node } from '../../nodes/adjust/node'
import { checkFlow, type Declarations, type NodeDeclaration, readFlow } from '../../src/flow'
import { declarationOfNode } from '../../src/settings'
import { type Channels, Image, isImage, Segmentation } from '../../src/types'
import { startWith } from './pictures'
import { ask, refusal, stop } from './support'

const filled = (width: number, height: number, channels: Channels, byte: number) =>
  new Image({ width, height, channels, data: new Uint8Array(width * height * channels).fill(byte) })

/** Sends one message through a node with these settings, and returns what it sends. */
async function through(settings: object, msg: object): Promise<Record<string, unknown>> {
  await startWith([adjustNode], [{ id: 'n', type: 'daisychain-adjust', ...settings }])
  const [where, sent] = await ask('n', msg)
  assert.equal(where, 'out', sent.error?.message)
  return sent
}

describe('daisychain-adjust', () => {
  afterEach(stop)

  it('keeps the message, and a picture with nothing to adjust', async () => {
    const image = filled(5, 4, 3, 9)
    const sent = await through({}, { payload: image, filename: 'a.png', parts: { id: 'x', index: 2 } })
    assert.equal(sent.payload, image)
    assert.deepEqual([sent.filename, sent.parts], ['a.png', { id: 'x', index: 2 }])
  })

  const sizes: [object, number, number][] = [
    [{ width: 10 }, 10, 5],
    [{ height: '10' }, 20, 10],
    [{ width: 30, height: 30, fit: 'inside' }, 30, 15],
    [{ width: 30, height: 30, fit: 'contain' }, 30, 30],
    [{ width: 30, height: 30, fit: 'cover' }, 30, 30],
    [{ rotate: 90, width: 10 }, 10, 20],
    [{ cropLeft: 50, rotate: 90 }, 20, 20],
  ]
  for (const [settings, width, height] of sizes) {
    it(`makes 40×20 to ${width}×${height} by ${JSON.stringify(settings)}`, async () => {
      const { payload } = await through(settings, { payload: filled(40, 20, 3, 9) })
      assert.equal(`${payload}`, `image ${width}×${height} RGB`)
    })
  }

  it('reads encoded pictures, and settings from the message', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#102030' } })
      .png()
      .toBuffer()
    const { payload } = await through({ width: 100 }, { payload: png, adjust: { width: 4, invert: true } })
    assert.ok(isImage(payload) && payload.width === 4)
    assert.deepEqual([...payload.data.subarray(0, 3)], [239, 223, 207])
  })

  const map = new Segmentation({
    width: 2,
    height: 1,
    data: Uint8Array.from([1, 0]),
    labels: ['background', 'cat'],
  })

  it('cuts out the part in a label map, from the picture next to it', async () => {
    const settings = { property: 'picture', maskProperty: 'payload', composite: 'cutout' }
    const { payload } = await through(settings, { picture: filled(2, 1, 3, 7), payload: map })
    assert.ok(isImage(payload) && payload.channels === 4)
    assert.deepEqual([...payload.data], [7, 7, 7, 255, 7, 7, 7, 0])
  })

  it('puts a colour or a picture behind it, and blends', async () => {
    const settings = { composite: 'replace', color: '#ff0000', labels: 'cat' }
    const { payload } = await through(settings, { payload: filled(2, 1, 3, 7), mask: map })
    assert.deepEqual([...(payload as Image).data], [7, 7, 7, 255, 0, 0])
    await stop()
    const other = await through(
      { ...settings, invertMask: true },
      {
        payload: filled(2, 1, 3, 7),
        mask: map,
        background: filled(9, 9, 1, 200),
      },
    )
    assert.deepEqual([...(other.payload as Image).data], [200, 200, 200, 7, 7, 7])
    await stop()
    const blended = await through(
      { composite: 'blend', blend: 'add' },
      {
        payload: filled(1, 1, 3, 100),
        background: filled(1, 1, 3, 50),
      },
    )
    assert.deepEqual([...(blended.payload as Image).data], [150, 150, 150])
  })

  const refused: [string, object, Record<string, unknown>, RegExp][] = [
    ['no picture', {}, { payload: 7 }, /^payload /],
    ['bytes that are no picture', {}, { payload: Buffer.from('hello, world') }, /^payload .*isn't a picture/],
    ['a missing file', {}, { payload: '/nowhere/a.png' }, /there is no picture file \/nowhere\/a\.png/],
    ['a size beyond sense', { width: 1e6 }, { payload: filled(1, 1, 3, 0) }, /^width is 1000000/],
    ['a missing mask', { composite: 'cutout' }, { payload: filled(1, 1, 3, 0) }, /^there is no mask in msg\.mask/],
    ['a missing background', { composite: 'blend' }, { payload: filled(1, 1, 3, 0) }, /no picture in msg\.background/],
    [
      'a label the map lacks',
      { composite: 'cutout', labels: 'dog' },
      { payload: filled(2, 1, 3, 0), mask: map },
      /"dog"/,
    ],
    [
      'bytes as settings',
      {},
      { payload: filled(1, 1, 3, 0), adjust: Buffer.alloc(99) },
      /^msg\.adjust must be an object/,
    ],
    [
      'a setting that it has not',
      {},
      { payload: filled(1, 1, 3, 0), adjust: { witdh: 9 } },
      /^msg\.adjust has "witdh", which isn't a setting: use .*, width, height, .*, crop\.$/,
    ],
    ['settings that are none', {}, { payload: filled(1, 1, 3, 0), adjust: 'large' }, /^msg\.adjust must be an object/],
  ]
  for (const [what, settings, msg, sentence] of refused) {
    it(`refuses ${what} in a sentence, and goes on`, async () => {
      await startWith([adjustNode], [{ id: 'n', type: 'daisychain-adjust', ...settings }])
      assert.match(await refusal('n', msg), sentence)
    })
  }

  it('outputs what it declares', async () => {
    const cases: [object, Record<string, unknown>][] = [
      [
        { width: 30, height: 20 },
        { width: 30, height: 20 },
      ],
      [
        { width: 30, height: 30, fit: 'inside', greyscale: true },
        { maxWidth: 30, maxHeight: 30, channels: 1 },
      ],
      [{ composite: 'cutout', greyscale: true }, { channels: 4 }],
      [{ composite: 'replace' }, { channels: 3 }],
      [{ composite: 'blend', greyscale: true }, { channels: 1 }],
    ]
    const declarations: Declarations = new Map([[node.type, declarationOfNode(node)]])
    for (const [settings, declared] of cases) {
      const { payload } = await through(settings, {
        payload: filled(40, 20, 3, 9),
        mask: map,
        background: filled(3, 3, 3, 1),
      })
      const { width, height, channels } = payload as Image
      for (const [name, value] of Object.entries(declared)) {
        if (name.startsWith('max')) assert.ok(Math.max(width, height) <= (value as number))
        else assert.equal({ width, height, channels }[name as 'width'], value)
      }
      await stop()
      const flow = [
        { id: 't', type: 'tab' },
        { id: 'a', z: 't', type: 'daisychain-adjust', wires: [['b']], ...settings },
        { id: 'b', z: 't', type: 'wants-text', wires: [] },
      ]
      const wantsText: NodeDeclaration = { inputs: { payload: { type: { type: 'text' } } } }
      const report = checkFlow(readFlow(flow), new Map([...declarations, ['wants-text', wantsText]]))
      const given = report.problems[0]?.given as unknown
      assert.deepEqual(given, { type: 'image', ...declared })
    }
  })
})
