import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { Image, type PortType, readValue, Segmentation, ValueError } from '../../src/types'
import { anyType, samples } from './samples'
import { fakeCodec, jpegBytes, picture, pngBytes } from './values'

const z = (length: number) => Array.from({ length }, (_, i) => i / length)
const vector = (length: number): PortType => ({ type: 'vector', length })
const truncation: PortType = { type: 'number', min: 0, max: 1 }

/** Accepted values, with the result if it differs from the input. */
const taken: [what: string, PortType, value: unknown, read?: unknown][] = [
  ['a number', truncation, 0.5],
  ['the ends of a range', truncation, 1],
  ['a number written as text', truncation, '0.5', 0.5],
  ['a number between two steps', { type: 'number', step: 1 }, 1.5],
  ['a negative number as text', { type: 'number' }, ' -3e2 ', -300],
  ['the default for nothing', { type: 'number', default: 0.7 }, undefined, 0.7],
  ['a default of 0', { type: 'number', default: 0 }, null, 0],
  ['a default of false', { type: 'boolean', default: false }, undefined, false],
  ['an empty default', { type: 'text', default: '' }, undefined, ''],
  ['text', { type: 'text' }, 'a cat on a bed'],
  ['empty text', { type: 'text' }, ''],
  ['text as long as allowed', { type: 'text', minLength: 3, maxLength: 3 }, 'cat'],
  ['true', { type: 'boolean' }, true],
  ['true as text', { type: 'boolean' }, 'True', true],
  ['false as text', { type: 'boolean' }, ' false ', false],
  ['a choice', samples.animal, 'cat'],
  ['a choice spelt otherwise', { type: 'category', oneOf: ['Stop sign'] }, 'stop-sign', 'Stop sign'],
  ['any word where none is named', { type: 'category' }, 'zebra'],
  ['a vector', vector(3), [0.1, -2, 3]],
  ['a vector of a Function node', vector(2), runInNewContext('[1, 2]'), [1, 2]],
  ['floats', vector(2), Float32Array.of(1, 2)],
  ['doubles', vector(2), Float64Array.of(1, 2), [1, 2]],
  ['a vector of any length', { type: 'vector' }, z(7)],
  ['a point', { type: 'image_point' }, [0.5, 0.25]],
  ['a box', { type: 'image_bounding_box' }, [0, 0.25, 1, 0.75]],
  [
    'landmarks',
    { type: 'image_landmarks', length: 2 },
    [
      [0, 0],
      [1, 1],
    ],
  ],
  ['a list', samples.texts, ['a', 'b']],
  ['an empty list', samples.texts, []],
  ['one text as a list of one', samples.texts, 'a', ['a']],
  ['one image as a list of one', samples.images, picture(1, 1), [picture(1, 1)]],
  [
    'one box as a list of one',
    { type: 'array', itemType: { type: 'image_bounding_box' } },
    [0, 0, 1, 1],
    [[0, 0, 1, 1]],
  ],
  ['boxes', { type: 'array', itemType: { type: 'image_bounding_box' } }, [[0, 0, 1, 1]]],
  ['floats as a list of numbers', { type: 'array', itemType: { type: 'number' } }, Float32Array.of(1, 2), [1, 2]],
  ['numbers written as texts', { type: 'array', itemType: truncation }, ['0', '1'], [0, 1]],
  [
    'a record',
    { type: 'record', fields: { score: truncation } },
    { score: '0.5', more: 'kept' },
    { score: 0.5, more: 'kept' },
  ],
  ['a path', { type: 'file', extension: '.onnx' }, '/models/a.ONNX'],
  ['a file address', { type: 'file' }, 'file:///a%20b.txt', '/a b.txt'],
  ['a folder', { type: 'directory' }, '/models'],
  ['anything', { type: 'any' }, { what: 'ever' }],
  ['nothing where anything is needed', { type: 'any' }, undefined],
]

/** Refused values, with the error message. */
const refused: [PortType, value: unknown, message: string][] = [
  [truncation, 3, 'x is 3, but a number from 0 to 1 is needed'],
  [truncation, -0.01, 'x is -0.01, but a number from 0 to 1 is needed'],
  [truncation, '3', 'x is the text "3", but a number from 0 to 1 is needed'],
  [truncation, Number.NaN, 'x is NaN, but a number from 0 to 1 is needed'],
  [truncation, 'NaN', 'x is the text "NaN", but a number from 0 to 1 is needed'],
  [{ type: 'number' }, Number.POSITIVE_INFINITY, 'x is Infinity, but a number is needed'],
  [{ type: 'number' }, '', 'x is empty text, but a number is needed'],
  [{ type: 'number' }, ' ', 'x is the text " ", but a number is needed'],
  [{ type: 'number' }, 'many', 'x is the text "many", but a number is needed'],
  [{ type: 'number' }, true, 'x is true or false, but a number is needed'],
  [{ type: 'number' }, [1], 'x is a list of 1 number, but a number is needed'],
  [{ type: 'number', min: 1 }, 0, 'x is 0, but a number of at least 1 is needed'],
  [truncation, undefined, 'x is missing, but a number from 0 to 1 is needed'],
  [{ type: 'image' }, null, 'x is missing, but an image is needed'],
  [{ type: 'text' }, 5, 'x is 5, but text is needed'],
  [{ type: 'text' }, ['a'], 'x is a list of 1 word, but text is needed'],
  [{ type: 'text' }, picture(2, 2), 'x is a colour image of 2×2 pixels, but text is needed'],
  [
    { type: 'text' },
    Buffer.from('hello'),
    'x is a Buffer of 5 bytes that is neither a picture nor a sound, but text is needed',
  ],
  [{ type: 'text', maxLength: 5 }, 'elephant', 'x is the text "elephant", but text of at most 5 characters is needed'],
  [
    { type: 'text', maxLength: 5 },
    'x'.repeat(500),
    'x is text of 500 characters, but text of at most 5 characters is needed',
  ],
  [{ type: 'text', minLength: 1 }, '', 'x is empty text, but text of at least 1 character is needed'],
  [{ type: 'text' }, 'data:image/png;base64,aaaa', 'x is an image as a data URI, but text is needed'],
  [{ type: 'boolean' }, 'yes', 'x is the text "yes", but true or false is needed'],
  [{ type: 'boolean' }, 1, 'x is 1, but true or false is needed'],
  [samples.animal, 'zebra', 'x is the text "zebra", but one of cat and dog is needed'],
  [samples.animal, 5, 'x is 5, but one of cat and dog is needed'],
  [samples.animal, ['cat'], 'x is a list of 1 word, but one of cat and dog is needed'],
  [vector(512), z(511), 'x is a list of 511 numbers from 0 to 0.998, but a vector of 512 numbers is needed'],
  [vector(512), new Float32Array(511), 'x is a vector of 511 numbers, but a vector of 512 numbers is needed'],
  [vector(3), [1, Number.NaN, 3], 'x has NaN at index 1, but a vector of 3 numbers is needed'],
  [vector(3), Float32Array.of(1, 2, Number.NaN), 'x has NaN at index 2, but a vector of 3 numbers is needed'],
  [vector(3), [1, 2, 'a'], 'x has the text "a" at index 2, but a vector of 3 numbers is needed'],
  [vector(3), [1, 2, null], 'x has nothing at index 2, but a vector of 3 numbers is needed'],
  [vector(3), 'abc', 'x is the text "abc", but a vector of 3 numbers is needed'],
  [vector(3), pngBytes, 'x is a PNG image in a Buffer, but a vector of 3 numbers is needed'],
  [
    vector(3),
    Buffer.from('abc'),
    'x is a Buffer of 3 bytes that is neither a picture nor a sound, but a vector of 3 numbers is needed',
  ],
  [{ type: 'vector' }, 1, 'x is 1, but a vector is needed'],
  [{ type: 'image_point' }, [1, 2, 3], 'x is a list of 3 numbers from 1 to 3, but a point is needed'],
  [
    { type: 'image_bounding_box' },
    [1, 0, 0, 1],
    'x cannot be read: [1, 0, 0, 1] is not in the order left, top, right, bottom',
  ],
  [
    { type: 'image_landmarks', length: 2 },
    [[0, 0]],
    'x is a list of 1 list of 2 numbers, but a set of 2 landmarks is needed',
  ],
  [{ type: 'image_landmarks', length: 2 }, [0, 0], 'x[0] is 0, but a point is needed'],
  [{ type: 'array', itemType: { type: 'image_point' }, minLength: 2 }, [0, 0], 'x[0] is 0, but a point is needed'],
  [{ type: 'image_landmarks', length: 1 }, [[0, 'a']], 'x[0] has the text "a" at index 1, but a point is needed'],
  [samples.texts, ['a', 5], 'x[1] is 5, but text is needed'],
  [samples.texts, ['a', undefined], 'x[1] is missing, but text is needed'],
  [samples.texts, 5, 'x is 5, but a list of strings is needed'],
  [{ ...samples.texts, minLength: 3 }, ['a'], 'x is a list of 1 word, but a list of at least 3 strings is needed'],
  [
    { ...samples.texts, maxLength: 1 },
    ['a', 'b'],
    'x is a list of 2 words from a and b, but a list of at most 1 string is needed',
  ],
  [{ type: 'array', itemType: { type: 'any' } }, 'a', 'x is the text "a", but a list is needed'],
  [samples.instance, { score: 1 }, 'x is a record of score, but "category", "box" and "mask" are missing'],
  [{ type: 'record', fields: { score: truncation } }, { score: 9 }, 'x.score is 9, but a number from 0 to 1 is needed'],
  [{ type: 'record', fields: { score: truncation } }, [1], 'x is a list of 1 number, but a record of score is needed'],
  [{ type: 'record', fields: {} }, 'a', 'x is the text "a", but a record is needed'],
  [{ type: 'file', extension: 'onnx' }, 'a.txt', 'x is the text "a.txt", but a .onnx file is needed'],
  [{ type: 'file' }, '', 'x is empty text, but a file is needed'],
  [{ type: 'file' }, 'two\nlines', 'x is the text "two lines", but a file is needed'],
  [{ type: 'file' }, 5, 'x is 5, but a file is needed'],
  [{ type: 'directory' }, picture(1, 1), 'x is a colour image of 1×1 pixels, but a folder is needed'],
  [{ type: 'image' }, 5, 'x is 5, but an image is needed'],
  [{ type: 'image' }, 'a cat on a bed', 'x is the text "a cat on a bed", but an image is needed'],
  [{ type: 'image' }, '', 'x is empty text, but an image is needed'],
  [{ type: 'image' }, Buffer.alloc(0), 'x is an empty Buffer, but an image is needed'],
  [{ type: 'image' }, Uint8Array.of(1, 2), 'x cannot be read: the data is not a picture that can be read'],
  [{ type: 'image' }, Uint8Array.of(...pngBytes, 0xba), 'x cannot be read: the PNG is damaged or ends too early'],
  [{ type: 'image' }, '/photos/missing.jpg', 'x cannot be read: there is no picture file /photos/missing.jpg'],
  [{ type: 'image' }, 'data:image/png;base64,%%%', 'x cannot be read: its base64 text is broken'],
  [
    { type: 'image' },
    'https://example.org/cat.jpg',
    'x cannot be read: a web address must be fetched first, with an "http request" node that returns a Buffer',
  ],
  [{ type: 'image' }, {}, 'x is a record, but an image is needed'],
  [{ type: 'image' }, [1, 2, 3], 'x is a list of 3 numbers from 1 to 3, but an image is needed'],
  [
    { type: 'image' },
    { width: 2, height: 2, data: [1, 2, 3] },
    'x cannot be read: an image cannot have 0.75 channels, only 1, 3 or 4',
  ],
  [
    { type: 'image' },
    { width: 2, height: 2, channels: 3, data: new Uint8Array(8) },
    'x cannot be read: an image of 2×2 pixels and 3 channels has 12 numbers, not 8',
  ],
  [
    { type: 'image' },
    { width: 1, height: 1, data: [300] },
    'x cannot be read: its data is floats from 0 to 300, which doesn\'t say what is black and white: add "range" to the record, such as "range": [0, 255]',
  ],
  [
    { type: 'image' },
    new Segmentation({ width: 1, height: 1, data: Uint8Array.of(0), labels: ['bed'] }),
    'x is a label map of 1 label of 1×1 pixels, but an image is needed',
  ],
  [
    { type: 'image' },
    { width: 1, height: 1, data: [0], labels: ['bed'] },
    'x is a record of width, height, data and labels, but an image is needed',
  ],
  [{ type: 'directory' }, 'data:image/png;base64,aaaa', 'x is an image as a data URI, but a folder is needed'],
  [{ type: 'segmentation' }, 'a cat', 'x is the text "a cat", but a label map is needed'],
  [{ type: 'segmentation' }, picture(2, 2), 'x is a colour image of 2×2 pixels, but a label map is needed'],
  [samples.room, Buffer.alloc(0), 'x is an empty Buffer, but a label map of 4 labels is needed'],
  [
    samples.room,
    { width: 1, height: 1, data: [5], labels: ['bed'] },
    'x cannot be read: a label map contains the id 5, but has only 1 label',
  ],
  [
    samples.room,
    { width: 1, height: 1, data: [0], labels: ['sea'] },
    'x cannot be read: the label map shows "sea", which does not exist on the other side',
  ],
]

describe('readValue', () => {
  for (const [what, type, value, read = value] of taken) {
    it(`takes ${what}`, async () => assert.deepEqual(await readValue(type, value, 'x', fakeCodec()), read))
  }

  for (const [type, value, message] of refused) {
    it(`says "${message}"`, () =>
      assert.rejects(readValue(type, value, 'x', fakeCodec()), { name: 'ValueError', message }))
  }

  it('throws only single sentences, whatever arrives', async () => {
    const values = fc.oneof(
      fc.anything({
        withTypedArray: true,
        withSparseArray: true,
        withBigInt: true,
        withMap: true,
        withNullPrototype: true,
      }),
      fc.record({ width: fc.integer(), height: fc.integer(), data: fc.uint8Array(), labels: fc.array(fc.string()) }),
      fc.constantFrom('data:,', 'data:image/png;base64', 'file://%', 'file:///%zz'),
      fc.constant(
        Object.defineProperty({}, 'width', {
          enumerable: true,
          get: () => {
            throw new Error('no')
          },
        }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(anyType, values, async (type, value) => {
        try {
          await readValue(type, value, 'x', fakeCodec())
        } catch (error) {
          assert.ok(error instanceof ValueError, String(error))
          assert.match(error.message, /^x[ .[]/)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('readValue of an image', () => {
  const base64 = Buffer.from(pngBytes).toString('base64')
  const encoded: [what: string, value: unknown, source: Uint8Array | { path: string }][] = [
    ['a Buffer', Buffer.from(jpegBytes), jpegBytes],
    ['a Uint8Array of a Function node', runInNewContext(`Uint8Array.of(${jpegBytes})`), jpegBytes],
    ['a Buffer that went through JSON', JSON.parse(JSON.stringify(Buffer.from(pngBytes))), pngBytes],
    ['a data URI', `data:image/png;base64,${base64}`, pngBytes],
    ['a data URI with parameters', `DATA:image/png;charset=utf-8;base64,${base64}`, pngBytes],
    ['a data URI in percent signs', 'data:image/svg+xml,%3Csvg%3E', Buffer.from('<svg>')],
    ['base64', base64, pngBytes],
    ['base64 in lines', base64.replace(/(.{8})/g, '$1\n'), pngBytes],
    ['base64 that looks like a path', Buffer.from(jpegBytes).toString('base64'), jpegBytes],
    ['a path', '/photos/cat.jpg', { path: '/photos/cat.jpg' }],
    ['a path without an extension', '/photos/cat', { path: '/photos/cat' }],
    ['a relative path', 'cat.PNG', { path: 'cat.PNG' }],
    ['a path with spaces', 'my cats/on a bed.webp', { path: 'my cats/on a bed.webp' }],
    ['a Windows path', 'C:\\photos\\cat.jpg', { path: 'C:\\photos\\cat.jpg' }],
    ['a file address', 'file:///photos/my%20cat.jpg', { path: '/photos/my cat.jpg' }],
    ['a file address of Windows', 'file:///C:/photos/cat.jpg', { path: 'C:/photos/cat.jpg' }],
  ]
  for (const [what, value, source] of encoded) {
    it(`decodes ${what}`, async () => {
      const codec = fakeCodec()
      const image = await readValue({ type: 'image' }, value, 'image', codec)
      assert.deepEqual((image as Image).data, picture(2, 1).data)
      const [asked] = codec.asked
      assert.deepEqual(
        asked instanceof Uint8Array ? Buffer.from(asked) : asked,
        source instanceof Uint8Array ? Buffer.from(source) : source,
      )
    })
  }

  const pixels: [what: string, value: unknown, channels: number][] = [
    ['a record', { width: 2, height: 1, channels: 3, data: Buffer.from([0, 1, 2, 3, 4, 5]) }, 3],
    ['a record without channels', { width: 2, height: 1, data: Uint8Array.of(0, 1, 2, 3, 4, 5) }, 3],
    ['what a canvas gives', { width: 1, height: 1, data: Uint8ClampedArray.of(0, 1, 2, 3), colorSpace: 'srgb' }, 4],
    ['what Jimp gives', { bitmap: { width: 1, height: 1, data: Buffer.from([0, 1, 2, 3]) } }, 4],
    ['a plain list', { width: 3, height: 1, data: [0, 1, 2] }, 1],
    ['a record of a Function node', runInNewContext('({ width: 1, height: 1, data: Uint8Array.of(0, 1, 2) })'), 3],
    ['floats', { width: 2, height: 1, data: Float32Array.of(0, 1) }, 1],
  ]
  for (const [what, value, channels] of pixels) {
    it(`takes the pixels of ${what}`, async () => {
      const codec = fakeCodec()
      const image = (await readValue({ type: 'image' }, value, 'image', codec)) as Image
      assert.equal(image.channels, channels)
      assert.deepEqual(
        [...image.data],
        Array.from({ length: image.data.length }, (_, i) => i),
      )
      assert.equal(codec.asked.length, 0)
    })
  }

  it('keeps a float image’s range and unit', async () => {
    const record = { width: 1, height: 1, data: Float32Array.of(2), range: [1, 4], unit: 'm' }
    const image = (await readValue({ type: 'image' }, record, 'image', fakeCodec())) as Image
    assert.deepEqual([image.range, image.unit], [[1, 4], 'm'])
  })

  it('returns the same object if the image fits', async () => {
    const image = picture(2, 2)
    assert.equal(await readValue({ type: 'image', channels: 3 }, image, 'image', fakeCodec()), image)
  })

  it('makes the required channels', async () => {
    const image = (await readValue({ type: 'image', channels: 1 }, picture(2, 2), 'image', fakeCodec())) as Image
    assert.equal(image.channels, 1)
    const decoded = (await readValue({ type: 'image', channels: 4 }, pngBytes, 'image', fakeCodec())) as Image
    assert.equal(decoded.channels, 4)
  })
})

describe('readValue of a label map', () => {
  const type: PortType = {
    type: 'segmentation',
    labels: ['wall', 'bed', 'cat'],
    labelToColor: { wall: [0, 0, 0], bed: [255, 0, 0], cat: [0, 255, 0] },
    defaultLabel: 'wall',
  }
  const read = async (value: unknown, codec = fakeCodec()) =>
    (await readValue(type, value, 'map', codec)) as Segmentation
  const labelMap = (labels: string[], ids: number[]) =>
    new Segmentation({ width: ids.length, height: 1, data: Uint8Array.from(ids), labels })

  it('returns the same object if the labels match', async () => {
    const map = labelMap(['wall', 'bed', 'cat'], [0, 2])
    assert.equal(await read(map), map)
    assert.equal(await readValue({ type: 'segmentation' }, map, 'map', fakeCodec()), map)
  })

  it('maps others by name, with its own colours', async () => {
    const map = await read(labelMap(['Cat', 'background', 'zebra'], [0, 1]))
    assert.deepEqual([...map.data], [2, 0])
    assert.deepEqual(map.labels, type.labels)
    assert.deepEqual(map.colors, [
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
    ])
  })

  it('refuses one that shows a label it doesn’t have', () =>
    assert.rejects(read(labelMap(['zebra'], [0])), {
      message: 'map cannot be read: the label map shows "zebra", which does not exist on the other side',
    }))

  it('accepts records, also from JSON and Function nodes', async () => {
    for (const data of [[1, 0], Uint8Array.of(1, 0), Uint16Array.of(1, 0), runInNewContext('Uint8Array.of(1, 0)')]) {
      const map = await read({ width: 2, height: 1, data, labels: ['bed', 'cat'] })
      assert.deepEqual([...map.data], [2, 1])
    }
  })

  const overNetwork = (result?: Image) => ({ ...fakeCodec(result), readsLabels: true })

  it('refuses pictures, whose labels it would have to guess', async () => {
    const ids = { width: 2, height: 1, data: Uint8Array.of(0, 1) }
    for (const value of [picture(2, 2), picture(2, 2, 1), pngBytes, 'map.png', ids])
      await assert.rejects(read(value), /^ValueError: map is .+, but a label map of 3 labels is needed$/)
  })

  it('accepts pictures in its colours where label maps arrive as pictures; the nearest colour wins', async () => {
    const image = new Image({ width: 3, height: 1, channels: 3, data: Uint8Array.of(240, 20, 9, 10, 200, 30, 9, 9, 9) })
    assert.deepEqual([...(await read(image, overNetwork())).data], [1, 2, 0])
    assert.deepEqual([...(await read(pngBytes, overNetwork(image))).data], [1, 2, 0])
    assert.deepEqual([...(await read('map.png', overNetwork(image))).data], [1, 2, 0])
  })

  it('accepts one channel as ids there, and refuses ids without a label', async () => {
    const ids = (...data: number[]) => ({ width: data.length, height: 1, data: Uint8Array.from(data) })
    assert.deepEqual([...(await read(ids(2, 1, 0), overNetwork())).data], [2, 1, 0])
    const message = "map cannot be read: a greyscale image has the value 3, which isn't the id of any of the 3 labels"
    await assert.rejects(read(ids(3), overNetwork()), { message })
  })
})
