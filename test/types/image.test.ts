import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { Image, isImage, toBytes, ValueError } from '../../src/types'
import { withChannels } from '../../src/types/adapt'
import { picture } from './values'

// Node-RED's own functions for cloning messages and for the debug sidebar.
const { cloneMessage, encodeObject } = require('@node-red/util').util as {
  cloneMessage<T>(message: T): T
  encodeObject(message: { msg: unknown }, options?: object): { msg: string; format: string }
}

describe('Image', () => {
  it('keeps its fields and can’t be changed', () => {
    const image = picture(2, 3)
    const { pixels, ...fields } = image
    assert.deepEqual(fields, { type: 'image', width: 2, height: 3, channels: 3 })
    assert.deepEqual([Object.keys(pixels), pixels.data, image.data], [['hash'], image.data, pixels.data])
    assert.throws(() => Object.assign(image, { data: image.data }), /a picture cannot be changed: make a new one/)
    assert.throws(() => Object.assign(image, { width: 9 }), TypeError)
    assert.throws(() => Object.assign(image, { extra: 1 }), TypeError)
    assert.equal(image.width, 2)
  })

  const wrong: [string, ConstructorParameters<typeof Image>[0], string][] = [
    ['no width', { width: 0, height: 1, channels: 1, data: new Uint8Array(0) }, 'an image cannot be 0×1 pixels'],
    [
      'half a pixel',
      { width: 1.5, height: 2, channels: 1, data: new Uint8Array(3) },
      'an image cannot be 1.5×2 pixels',
    ],
    ['NaN', { width: 1, height: Number.NaN, channels: 1, data: new Uint8Array(1) }, 'an image cannot be 1×NaN pixels'],
    [
      'two channels',
      { width: 1, height: 1, channels: 2 as 1, data: new Uint8Array(2) },
      'an image cannot have 2 channels, only 1, 3 or 4',
    ],
    [
      'too little data',
      { width: 2, height: 2, channels: 3, data: new Uint8Array(11) },
      'an image of 2×2 pixels and 3 channels has 12 numbers, not 11',
    ],
    [
      'one channel of too much',
      { width: 2, height: 2, channels: 1, data: new Uint8Array(5) },
      'an image of 2×2 pixels and 1 channel has 4 numbers, not 5',
    ],
    [
      'a list',
      { width: 1, height: 1, channels: 1, data: [1] as unknown as Uint8Array },
      "an image's data must be bytes or floats",
    ],
    [
      'doubles',
      { width: 1, height: 1, channels: 1, data: new Float64Array(1) as unknown as Float32Array },
      "an image's data must be bytes or floats",
    ],
  ]
  for (const [what, fields, message] of wrong) {
    it(`refuses ${what}`, () => assert.throws(() => new Image(fields), { name: 'ValueError', message }))
  }

  it('accepts clamped bytes, Buffers and a Function node’s arrays', () => {
    const arrays = ['Uint8ClampedArray', 'Uint8Array', 'Float32Array'].map((name) =>
      runInNewContext(`${name}.of(1, 2, 3)`),
    )
    for (const data of [Uint8ClampedArray.of(1, 2, 3), Buffer.from([1, 2, 3]), ...arrays]) {
      const image = new Image({ width: 1, height: 1, channels: 3, data })
      assert.deepEqual([...image.data], [1, 2, 3])
      assert.ok(image.data instanceof Uint8Array || image.data instanceof Float32Array)
    }
  })

  it('is short in JSON and in the debug sidebar', () => {
    const image = picture(512, 512)
    assert.deepEqual(JSON.parse(JSON.stringify(image)), {
      type: 'image',
      width: 512,
      height: 512,
      channels: 3,
      summary: 'image 512×512 RGB',
    })
    assert.equal(encodeObject({ msg: image }).msg, 'image 512×512 RGB')
    assert.ok(encodeObject({ msg: { payload: image } }).msg.length < 300)
  })

  it('describes its values', () => {
    const depth = new Image({ width: 1, height: 1, channels: 1, data: Float32Array.of(2), range: [0.5, 6], unit: 'm' })
    assert.equal(`${depth}`, 'image 1×1 grey, 0.5 to 6 m')
    assert.equal(`${picture(1, 1, 4)}`, 'image 1×1 RGBA')
    assert.deepEqual(depth.toJSON().range, [0.5, 6])
    assert.deepEqual(new Image({ width: 1, height: 1, channels: 1, data: Float32Array.of(2) }).range, [0, 1])
    assert.equal(
      new Image({ width: 1, height: 1, channels: 1, data: Uint8Array.of(2), range: [0, 9], unit: 'm' }).range,
      undefined,
    )
  })

  it('is recognised from another copy of the package, while look-alikes aren’t', () => {
    const path = require.resolve('../../src/types/image')
    const cached = require.cache[path]
    delete require.cache[path]
    const other = require('../../src/types/image') as { Image: typeof Image }
    require.cache[path] = cached
    const foreign = new other.Image({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) })
    assert.ok(!(foreign instanceof Image))
    assert.ok(isImage(foreign) && isImage(cloneMessage(foreign)))
    assert.deepEqual([...new Image(foreign).data], [7])
    const record = { type: 'image', width: 1, height: 1 }
    for (const value of [null, undefined, 'image', 1, {}, record, new Uint8Array(1), { ...(foreign as Image) }]) {
      assert.ok(!isImage(value))
    }
  })
})

describe('toBytes', () => {
  it('shows the range from black to white, and clamps values outside', () => {
    const data = Float32Array.of(0, 1, 2, 3, 4, Number.NaN)
    const image = new Image({ width: 6, height: 1, channels: 1, data, range: [1, 3] })
    assert.deepEqual([...toBytes(image).data], [0, 0, 128, 255, 255, 0])
  })

  it('shows a descending range as a negative', () => {
    const image = new Image({ width: 3, height: 1, channels: 1, data: Float32Array.of(1, 2, 3), range: [3, 1] })
    assert.deepEqual([...toBytes(image).data], [255, 128, 0])
  })

  it('shows an empty range as black', () => {
    const image = new Image({ width: 2, height: 1, channels: 1, data: Float32Array.of(1, 2), range: [1, 1] })
    assert.deepEqual([...toBytes(image).data], [0, 0])
  })

  it('returns bytes unchanged', () => {
    const image = picture(2, 2)
    assert.equal(toBytes(image), image)
  })
})

describe('withChannels', () => {
  const cases: [from: number[], to: number[]][] = [
    [[7], [7]],
    [[7], [7, 7, 7]],
    [[7], [7, 7, 7, 255]],
    [[255, 0, 0], [76]],
    [[0, 255, 0], [150]],
    [[0, 0, 255], [29]],
    [[255, 255, 255], [255]],
    [
      [1, 2, 3],
      [1, 2, 3, 255],
    ],
    [
      [1, 2, 3, 255],
      [1, 2, 3],
    ],
    [
      [1, 2, 3, 0],
      [255, 255, 255],
    ],
    [[0, 0, 0, 51], [204]],
  ]
  for (const [from, to] of cases) {
    it(`makes [${to}] of [${from}]`, () => {
      const image = new Image({ width: 1, height: 1, channels: from.length as 1, data: Uint8Array.from(from) })
      assert.deepEqual([...withChannels(image, to.length as 1).data], to)
    })
  }

  it('keeps floats, their range and their unit', () => {
    const depth = new Image({ width: 1, height: 1, channels: 1, data: Float32Array.of(2.5), range: [0, 10], unit: 'm' })
    const wide = withChannels(depth, 4)
    assert.deepEqual([[...wide.data], wide.range, wide.unit], [[2.5, 2.5, 2.5, 10], [0, 10], 'm'])
  })

  it('returns an image that already has the channels', () => {
    const image = picture(2, 2)
    assert.equal(withChannels(image, 3), image)
  })
})

describe('ValueError', () => {
  it('is an Error with its own name', () => {
    const error = new ValueError('no')
    assert.ok(error instanceof Error)
    assert.equal(String(error), 'ValueError: no')
  })
})
