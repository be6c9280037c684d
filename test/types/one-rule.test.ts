import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { checkWire, type PortType, readValue, Segmentation, typeOf } from '../../src/types'
import { anyType, samples } from './samples'
import { fakeCodec, jpegBytes, picture, pngBytes } from './values'

const labels = ['cat', 'bed', 'wall', 'background', 'a', 'b']
const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -2, max: 100 })
const word = fc.constantFrom(
  'cat',
  'dog',
  'a',
  'b',
  '',
  '3',
  '0.5',
  'true',
  'false',
  'cat.jpg',
  'a.onnx',
  'a cat on a bed',
  'x'.repeat(130),
)
const pixels = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 3 }),
  fc.constantFrom(1 as const, 3 as const, 4 as const),
)
const segmentation = fc
  .tuple(fc.subarray(labels, { minLength: 1 }), fc.integer({ min: 1, max: 3 }))
  .map(([names, width]) => {
    // Every label is shown, so that what is judged by name is there to be read.
    const data = Uint8Array.from({ length: width * names.length }, (_, i) => i % names.length)
    return new Segmentation({ width, height: names.length, data, labels: names })
  })

/** What may arrive in a message. */
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    number,
    word,
    fc.boolean(),
    pixels.map(([width, height, channels]) => picture(width, height, channels)),
    segmentation,
    fc.constantFrom(
      pngBytes,
      Buffer.from(jpegBytes),
      `data:image/png;base64,${Buffer.from(pngBytes).toString('base64')}`,
    ),
    fc.array(number, { maxLength: 5 }),
    fc.array(number, { maxLength: 5 }).map((numbers) => Float32Array.from(numbers)),
    fc.array(word, { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('score', 'category', 'box', 'mask', 'a'), tie('value'), { maxKeys: 4 }),
  ),
}))

const wanted = fc.oneof(anyType, fc.constantFrom(...Object.values<PortType>(samples)))

function read(type: PortType, value: unknown): Promise<string> {
  return readValue(type, value, 'x', fakeCodec(picture(1, 1, 1))).then(
    () => '',
    (error: Error) => error.message,
  )
}

describe('checkWire and readValue', () => {
  it('agree: what fits is taken', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, anyValue, async (to, value) => {
        const given = typeOf(value)
        if (!given || !['match', 'adapts'].includes(checkWire(given, to).verdict)) return
        const message = await read(to, value)
        // The order of a box's edges, and pixels in the place of shares, are no matter of types.
        if (!/is not in the order left, top, right, bottom|seems to be in pixels/.test(message))
          assert.equal(message, '')
      }),
      { numRuns: 3000 },
    )
  })

  it('agree: what does not fit is refused', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, anyValue, async (to, value) => {
        const given = typeOf(value)
        if (!given || isReadLiberally(to)) return
        if (['mismatch', 'convertible'].includes(checkWire(given, to).verdict))
          assert.notEqual(await read(to, value), '')
      }),
      { numRuns: 3000 },
    )
  })
})

/**
 * Where more is read than the types promise: pictures painted in the labels' colours are read as label maps, and
 * pictures that an input of another package wants in one format are read in all of ours.
 */
function isReadLiberally(type: PortType): boolean {
  if (type.type === 'array') return isReadLiberally(type.itemType)
  if (type.type === 'record') return Object.values(type.fields).some(isReadLiberally)
  return type.type === 'segmentation' || (type.type === 'image' && type.format !== undefined)
}
