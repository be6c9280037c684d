import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { checkWire, describeValue, mergeTypes, type PortType, Segmentation, typeOf } from '../../src/types'
import { anyType } from './samples'
import { jpegBytes, picture, pngBytes } from './values'

const number = (min: number, max = min): PortType => ({ type: 'number', min, max })
const word = (...oneOf: string[]): PortType => ({ type: 'category', oneOf })
const listOf = (itemType: PortType, length: number): PortType => ({
  type: 'array',
  itemType,
  minLength: length,
  maxLength: length,
})
const circular: Record<string, unknown> = { name: 'loop' }
circular.self = circular

const labels = ['wall', 'bed']
const labelMap = new Segmentation({ width: 2, height: 1, data: Uint8Array.of(0, 1), labels })
const hostile = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error('no')
    },
  },
)

const values: [value: unknown, type: PortType | null, words: string][] = [
  [3, number(3), '3'],
  [-0.5, number(-0.5), '-0.5'],
  [Number.NaN, null, 'NaN'],
  [Number.POSITIVE_INFINITY, null, 'Infinity'],
  [true, { type: 'boolean' }, 'true or false'],
  ['cat', word('cat'), 'the text "cat"'],
  ['', word(''), 'empty text'],
  ['x'.repeat(300), { type: 'text', minLength: 300, maxLength: 300 }, 'text of 300 characters'],
  ['data:image/png;base64,iVBO', { type: 'image', format: 'dataURI' }, 'an image as a data URI'],
  ['data:text/plain,hello', word('data:text/plain,hello'), 'the text "data:text/plain,hello"'],
  [picture(4, 2, 1), { type: 'image', width: 4, height: 2, channels: 1 }, 'a greyscale image of 4×2 pixels'],
  [labelMap, { type: 'segmentation', labels, width: 2, height: 1 }, 'a label map of 2 labels of 2×1 pixels'],
  [pngBytes, { type: 'image', format: 'png' }, 'a PNG image in a Buffer'],
  [Buffer.from(jpegBytes), { type: 'image', format: 'jpeg' }, 'a JPEG image in a Buffer'],
  [Buffer.from('RIFF....WEBP'), { type: 'image', format: 'webp' }, 'a WebP image in a Buffer'],
  [Buffer.from('GIF89a'), { type: 'image', format: 'buffer' }, 'an encoded image in a Buffer'],
  [Buffer.from('<svg xmlns="">'), { type: 'image', format: 'buffer' }, 'an encoded image in a Buffer'],
  [Buffer.alloc(0), null, 'an empty Buffer'],
  [Buffer.from('hello'), null, 'a Buffer of 5 bytes that is neither a picture nor a sound'],
  [Buffer.from('!'), null, 'a Buffer of 1 byte that is neither a picture nor a sound'],
  [new Float32Array(512), { type: 'vector', length: 512 }, 'a vector of 512 numbers'],
  [runInNewContext('new Float64Array(3)'), { type: 'vector', length: 3 }, 'a vector of 3 numbers'],
  [new BigInt64Array(3), null, 'a BigInt64Array'],
  [new Date(0), null, 'a Date'],
  [new Map(), null, 'a Map'],
  [Promise.resolve(1), null, 'a Promise, which a function node must await first'],
  [[], listOf({ type: 'any' }, 0), 'an empty list'],
  [[1, 5, 2], listOf(number(1, 5), 3), 'a list of 3 numbers from 1 to 5'],
  [runInNewContext('[1, 1]'), listOf(number(1), 2), 'a list of 2 numbers'],
  [[1, Number.NaN], listOf({ type: 'any' }, 2), 'a list of 2 items'],
  [['a', 'b'], listOf(word('a', 'b'), 2), 'a list of 2 words from a and b'],
  [['a', 1], listOf({ type: 'any' }, 2), 'a list of 2 items'],
  [
    [
      [0, 1],
      [0.5, 0.5],
    ],
    listOf(listOf(number(0, 1), 2), 2),
    'a list of 2 lists of 2 numbers from 0 to 1',
  ],
  [{}, { type: 'record', fields: {} }, 'a record'],
  [{ score: 0.5 }, { type: 'record', fields: { score: number(0.5) } }, 'a record of score'],
  [
    [
      { label: 'cat', score: 0.5 },
      { label: 'bed', score: 0.9, box: [0, 0, 1, 1] },
    ],
    listOf({ type: 'record', fields: { label: word('cat', 'bed'), score: number(0.5, 0.9) } }, 2),
    'a list of 2 records of label and score',
  ],
  [{ made: null }, { type: 'record', fields: { made: { type: 'any' } } }, 'a record of made'],
  [null, null, 'missing'],
  [undefined, null, 'missing'],
  [() => 1, null, 'a function'],
  [Symbol('s'), null, 'a symbol'],
  [1n, null, 'a bigint'],
  [hostile, null, 'an object that cannot be read'],
]

describe('typeOf and describeValue', () => {
  for (const [value, type, words] of values) {
    it(words, () => {
      assert.deepEqual(typeOf(value), type)
      assert.equal(describeValue(value), words)
    })
  }

  it('handles a value that contains itself', () => assert.equal(describeValue(circular), 'a record of name and self'))

  it('never throws', () => {
    void fc.assert(
      fc.property(
        fc.anything({
          withTypedArray: true,
          withSparseArray: true,
          withBigInt: true,
          withMap: true,
          withNullPrototype: true,
        }),
        (value) => {
          assert.equal(typeof describeValue(value), 'string')
        },
      ),
    )
  })

  it('finds types that JSON values match', () => {
    void fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const type = typeOf(value)
        if (type) assert.equal(checkWire(type, type).verdict, 'match')
      }),
    )
  })
})

describe('mergeTypes', () => {
  const merged: [PortType, PortType, PortType][] = [
    [number(1, 2), number(5), number(1, 5)],
    [number(1, 2), { type: 'number' }, { type: 'number' }],
    [number(1, 2), { type: 'number', min: 0 }, { type: 'number', min: 0 }],
    [word('a'), word('b', 'a'), word('a', 'b')],
    [word('a'), { type: 'text' }, { type: 'text' }],
    [word('a'), { type: 'category' }, { type: 'text' }],
    [
      { type: 'text', maxLength: 5 },
      { type: 'text', minLength: 2, maxLength: 9 },
      { type: 'text', maxLength: 9 },
    ],
    [
      { type: 'image', channels: 3, width: 5, height: 5 },
      { type: 'image', channels: 3 },
      { type: 'image', channels: 3 },
    ],
    [
      { type: 'image', format: 'png' },
      { type: 'image', format: 'jpeg' },
      { type: 'image', format: 'buffer' },
    ],
    [
      { type: 'image', format: 'png', channels: 3 },
      { type: 'image', format: 'png' },
      { type: 'image', format: 'png' },
    ],
    [{ type: 'image', format: 'png' }, { type: 'image' }, { type: 'any' }],
    [{ type: 'vector', length: 3 }, { type: 'vector', length: 4 }, { type: 'vector' }],
    [listOf(number(1), 1), listOf(number(2), 2), { type: 'array', itemType: number(1, 2), minLength: 1, maxLength: 2 }],
    [{ type: 'image' }, { type: 'text' }, { type: 'any' }],
    [{ type: 'boolean' }, { type: 'boolean' }, { type: 'boolean' }],
    [{ type: 'file', extension: 'png' }, { type: 'file' }, { type: 'any' }],
  ]
  for (const [some, other, expected] of merged) {
    it(`${JSON.stringify(some)} and ${JSON.stringify(other)}`, () => {
      assert.deepEqual(mergeTypes(some, other), expected)
      assert.deepEqual(mergeTypes(other, some), expected.type === 'category' ? word('b', 'a') : expected)
    })
  }

  it('gives a type that covers both', () => {
    void fc.assert(
      fc.property(anyType, anyType, (some, other) => {
        const both = mergeTypes(some, other)
        for (const type of [some, other]) {
          assert.ok(
            ['match', 'adapts', 'unknown'].includes(checkWire(type, both).verdict),
            JSON.stringify([type, both]),
          )
        }
      }),
      { numRuns: 500 },
    )
  })
})
