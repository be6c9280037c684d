import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { checkWire, Image, type PortType, readValue, Segmentation, typeOf, writeWav } from '../../src/types'
import { anyType, samples } from './samples'
import { fakeCodec, jpegBytes, picture, pngBytes, sound } from './values'

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
    // Contains every label, so that matching by name has something to match.
    const data = Uint8Array.from({ length: width * names.length }, (_, i) => i % names.length)
    return new Segmentation({ width, height: names.length, data, labels: names })
  })

/** Any value that may occur in a message. */
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    number,
    word,
    fc.boolean(),
    pixels.map(([width, height, channels]) => picture(width, height, channels)),
    segmentation,
    fc
      .tuple(fc.constantFrom(0.02, 0.1, 40), fc.constantFrom(8000, 16_000), fc.constantFrom(1, 2, 10))
      .map(([seconds, rate, channels]) => sound(seconds, seconds > 1 ? 50 : rate, channels)),
    fc.constantFrom(
      Buffer.from(writeWav(sound())),
      `data:audio/wav;base64,${Buffer.from(writeWav(sound())).toString('base64')}`,
      'speech.wav',
      '/sounds/long.mp3',
    ),
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

/**
 * Errors that types can't predict: whether a file exists and is complete, and what a box, a list of pixels or
 * a list of texts contains.
 */
const OF_THE_VALUE =
  /is not in the order left, top, right, bottom|seems to be in pixels|there is no picture file|its base64 text is broken|at most 1,000,000 are allowed|\] is empty text, but/

async function agrees(to: PortType, value: unknown, name = ''): Promise<void> {
  const given = typeOf(value)
  if (!given) return
  const { verdict } = checkWire(given, to)
  const message = await read(to, value)
  const pair = `${name} ${JSON.stringify(given)} → ${JSON.stringify(to)}: ${verdict}, ${message || 'read'}`
  if (verdict === 'match' || verdict === 'adapts') assert.ok(message === '' || OF_THE_VALUE.test(message), pair)
  if (verdict === 'mismatch' || verdict === 'convertible') assert.notEqual(message, '', pair)
}

const png = Buffer.from(pngBytes)
const map = (names: string[], ...data: number[]) =>
  new Segmentation({ width: data.length, height: 1, data: Uint8Array.from(data), labels: names })

/** Almost valid values. */
const values: Record<string, unknown> = {
  picture: picture(2, 2),
  'grey picture': picture(2, 2, 1),
  'picture with alpha': picture(2, 2, 4),
  sound: sound(),
  'sound in stereo': sound(0.1, 8000, 2),
  'sound of ten channels': sound(0.1, 96_000, 10),
  'long sound': sound(61, 100),
  WAV: Buffer.from(writeWav(sound())),
  'WAV of floats in stereo': Buffer.from(writeWav(sound(0.1, 8000, 2), 32)),
  'WAV as JSON': { type: 'Buffer', data: [...writeWav(sound(0.01))] },
  'FLAC that is broken': Buffer.from('fLaC, but no more'),
  'sound as a data URI': `data:audio/wav;base64,${Buffer.from(writeWav(sound())).toString('base64')}`,
  'record of samples': { sampleRate: 8000, channels: 2, data: new Int16Array(16) },
  'record of planes': { sampleRate: 8000, channelData: [new Float32Array(4), new Float32Array(4)] },
  'record of samples without a rate': { data: new Float32Array(16) },
  'path of a sound': 'sounds/hello.wav',
  'path of a video': '/videos/cat.mp4',
  'web address of a sound': 'https://example.org/hello.mp3',
  depth: new Image({ width: 2, height: 1, channels: 1, data: new Float32Array(2) }),
  map: map(['wall', 'floor', 'cat'], 0, 1, 2),
  'map with a label that nothing has': map(['wall', 'zebra', 'floor'], 0, 2),
  'map of other labels': map(['sky', 'sea'], 0, 1),
  PNG: png,
  'PNG in an ArrayBuffer': png.buffer.slice(png.byteOffset, png.byteOffset + png.length),
  'PNG in a DataView': new DataView(Uint8Array.from(png).buffer),
  'PNG as floats': new Float32Array(Uint8Array.from(png).buffer),
  'PNG as a list': [...png, 0],
  'PNG as JSON': { type: 'Buffer', data: [...png] },
  'data URI': `data:image/png;base64,${png.toString('base64')}`,
  'data URI of unnamed bytes': `data:;base64,${png.toString('base64')}`,
  'data URI of text': 'data:,hello',
  base64: png.toString('base64'),
  'base64 in lines': png.toString('base64').replace(/(.{8})/g, '$1\n'),
  'base64 of a long picture': Buffer.concat([png, Buffer.alloc(900)]).toString('base64'),
  'PNG as Latin-1': png.toString('latin1'),
  bytes: Buffer.from('hello'),
  path: 'photos/cat.jpg',
  'long path': `/${'photos/'.repeat(40)}cat.jpg`,
  'path without an ending': '/photos/cat',
  'missing path': '/missing/a.png',
  'file address': 'file:///photos/cat',
  'web address': 'https://example.org/cat.jpg',
  word: 'cat',
  sentence: 'a small room with a cat',
  'long text': 'x'.repeat(300),
  'long text in lines': 'a line\n'.repeat(60),
  'number in a long text': `${' '.repeat(200)}7`,
  empty: '',
  digits: '7',
  'digits between spaces': ' 0.5 ',
  true: 'true',
  yes: 'yes',
  JSON: '[1,2,3]',
  number: 7,
  share: 0.5,
  negative: -1,
  nan: Number.NaN,
  infinite: Number.POSITIVE_INFINITY,
  boolean: false,
  null: null,
  nothing: undefined,
  date: new Date(0),
  floats: new Float32Array(16),
  doubles: new Float64Array(4),
  'bytes as a vector': new Uint8Array(16),
  'list of numbers': [1, 2, 3],
  point: [0.5, 0.5],
  'point in pixels': [300, 200],
  box: [0.1, 0.1, 0.9, 0.9],
  'box out of order': [0.9, 0.9, 0.1, 0.1],
  'box in pixels': new Float32Array([10, 10, 200, 100]),
  'empty list': [],
  texts: ['a', 'b'],
  'numbers as texts': ['1', '0.5'],
  mixed: ['a', 1],
  pictures: [picture(2, 2), picture(2, 2)],
  'pictures in several forms': [picture(2, 2), png.toString('base64')],
  points: [
    [0.1, 0.2],
    [0.3, 0.4],
  ],
  record: { category: 'cat', score: 0.5, box: [0, 0, 1, 1], mask: picture(2, 2, 1) },
  'wrong record': { category: 5, score: 'x', box: 1, mask: 'a' },
  records: [{ category: 'cat', score: 0.5, box: [0, 0, 1, 1], mask: picture(2, 2, 1) }],
  'pixels in a record': { width: 2, height: 2, channels: 3, data: new Uint8Array(12) },
  'pixels in a list': { width: 2, height: 2, data: new Array(12).fill(0.5) },
  'pixels in a list of bytes': { width: 2, height: 2, data: new Array(12).fill(200) },
  'pixels as JSON': { width: 2, height: 2, data: { type: 'Buffer', data: new Array(12).fill(9) } },
  'too few pixels': { width: 2, height: 2, channels: 3, data: new Uint8Array(5) },
  'too few pixels in a list': { width: 2, height: 2, data: [0, 1] },
  'pixels of another range': { width: 1, height: 1, data: [-3, 0, 500] },
  'size in words': { width: 'two', height: 2, data: new Uint8Array(12) },
  'Jimp’s bitmap': { bitmap: { width: 2, height: 2, data: new Uint8Array(16) } },
  'sharp’s answer': { data: new Uint8Array(12), info: { width: 2, height: 2, channels: 3 } },
  'map as a record': { width: 2, height: 1, data: [0, 1], labels: ['wall', 'cat'] },
  'map as a record, ids too high': { width: 2, height: 1, data: [0, 9], labels: ['wall', 'cat'] },
  nested: { image: picture(2, 2) },
}

/** Types in addition to the samples. */
const types: PortType[] = [
  ...Object.values<PortType>(samples),
  { type: 'image', width: 128, height: 128 },
  ...(['buffer', 'dataURI', 'base64', 'jpeg'] as const).map((format): PortType => ({ type: 'image', format })),
  { type: 'segmentation', labels: ['wall', 'floor', 'cat'] },
  { type: 'text', minLength: 5 },
  { type: 'file', extension: 'png' },
  { type: 'image_landmarks', length: 2 },
  { type: 'array', itemType: { type: 'number' } },
  { type: 'array', itemType: { type: 'segmentation' } },
  { type: 'array', itemType: { type: 'any' }, minLength: 1 },
  { type: 'record', fields: { category: { type: 'text' } } },
  { type: 'record', fields: { image: { type: 'image' } } },
]

describe('checkWire and readValue', () => {
  it('agree on every value and every type', async () => {
    const wrong: string[] = []
    for (const [name, value] of Object.entries(values))
      for (const type of types) await agrees(type, value, name).catch((error: Error) => wrong.push(error.message))
    assert.deepEqual(wrong, [])
  })

  it('agree on random ones', () =>
    fc.assert(
      fc.asyncProperty(wanted, anyValue, (to, value) => agrees(to, value)),
      { numRuns: 4000 },
    ))
})
