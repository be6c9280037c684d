import * as fc from 'fast-check'
import type { PortType, TypeName } from '../../src/types'

export const voc = [
  ...[
    'background',
    'aeroplane',
    'bicycle',
    'bird',
    'boat',
    'bottle',
    'bus',
    'car',
    'cat',
    'chair',
    'cow',
    'diningtable',
  ],
  ...['dog', 'horse', 'motorbike', 'person', 'pottedplant', 'sheep', 'sofa', 'train', 'tvmonitor'],
]

const instance: PortType = {
  type: 'record',
  fields: {
    category: { type: 'category' },
    score: { type: 'number', min: 0, max: 1 },
    box: { type: 'image_bounding_box' },
    mask: { type: 'image', channels: 1 },
  },
}

/** A sample of each type, and of variants whose parameters matter, by short names. */
export const samples = {
  any: { type: 'any' },
  image: { type: 'image' },
  grey: { type: 'image', channels: 1 },
  rgb: { type: 'image', channels: 3 },
  png: { type: 'image', format: 'png' },
  picturePath: { type: 'image', format: 'file' },
  segmentation: { type: 'segmentation' },
  room: { type: 'segmentation', labels: ['wall', 'floor', 'bed', 'cat'] },
  bigRoom: { type: 'segmentation', labels: ['cat', 'bed', 'floor', 'wall', 'window'] },
  voc: { type: 'segmentation', labels: voc },
  vector: { type: 'vector' },
  vector4: { type: 'vector', length: 4 },
  vector512: { type: 'vector', length: 512 },
  number: { type: 'number' },
  unit: { type: 'number', min: 0, max: 1 },
  tens: { type: 'number', min: 10, max: 90 },
  text: { type: 'text' },
  category: { type: 'category' },
  animal: { type: 'category', oneOf: ['cat', 'dog'] },
  thing: { type: 'category', oneOf: ['cat', 'dog', 'bed'] },
  boolean: { type: 'boolean' },
  list: { type: 'array', itemType: { type: 'any' } },
  texts: { type: 'array', itemType: { type: 'text' } },
  images: { type: 'array', itemType: { type: 'image' } },
  four: { type: 'array', itemType: { type: 'number' }, minLength: 4, maxLength: 4 },
  instance,
  instances: { type: 'array', itemType: instance },
  file: { type: 'file' },
  onnx: { type: 'file', extension: 'onnx' },
  folder: { type: 'directory' },
  point: { type: 'image_point' },
  box: { type: 'image_bounding_box' },
  pose: { type: 'image_landmarks', length: 17 },
  audio: { type: 'audio' },
  mono: { type: 'audio', channels: 1, sampleRate: 16_000 },
  stereo: { type: 'audio', channels: 2 },
  brief: { type: 'audio', maxSeconds: 1 },
  wav: { type: 'audio', format: 'wav' },
  soundUri: { type: 'audio', format: 'dataURI' },
} satisfies Record<string, PortType>

export type SampleName = keyof typeof samples

const size = fc.option(fc.integer({ min: 1, max: 4096 }), { nil: undefined })
const length = fc.option(fc.nat({ max: 600 }), { nil: undefined })
/** Few letters, so that names often collide, and the names that every object has. */
const word = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'É', '-', ' ', '"', '\n'), maxLength: 3 }),
  fc.constantFrom('background', '__proto__', 'constructor', 'toString', 'cat.jpg', '3', 'true'),
)
const words = fc.option(fc.array(word, { maxLength: 6 }), { nil: undefined })
const real = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined })
const pixels = { width: size, height: size, minWidth: size, maxWidth: size, minHeight: size, maxHeight: size }
const channels = fc.constantFrom(undefined, 1 as const, 3 as const, 4 as const)
const format = fc.constantFrom(
  undefined,
  ...(['value', 'png', 'jpeg', 'webp', 'buffer', 'dataURI', 'base64', 'file'] as const),
)

/** Types of every kind with parameters of every kind, nested up to three levels deep. */
export const { type: anyType } = fc.letrec<{ type: PortType }>((tie) => {
  const of = <Name extends TypeName>(type: Name, parameters: object) =>
    fc.record({ type: fc.constant(type), ...parameters }) as unknown as fc.Arbitrary<PortType>
  return {
    type: fc.oneof(
      { maxDepth: 3 },
      of('any', {}),
      of('image', { ...pixels, channels, format }),
      of('audio', {
        sampleRate: fc.constantFrom(undefined, 8000, 16_000, 44_100),
        channels: fc.constantFrom(undefined, 1, 2, 10),
        maxSeconds: fc.constantFrom(undefined, 0.05, 30),
        format: fc.constantFrom(undefined, ...(['value', 'wav', 'buffer', 'dataURI'] as const)),
      }),
      of('vector', { length }),
      of('category', { oneOf: words }),
      of('number', { min: real, max: real }),
      of('text', { minLength: length, maxLength: length }),
      of('boolean', {}),
      of('segmentation', {
        ...pixels,
        labels: words,
        labelToId: fc.option(fc.dictionary(word, fc.nat({ max: 40 }), { maxKeys: 5 }), {
          nil: undefined,
        }),
        defaultLabel: fc.option(word, { nil: undefined }),
      }),
      of('file', { extension: fc.constantFrom(undefined, 'onnx', '.png', 'txt') }),
      of('directory', {}),
      of('image_point', {}),
      of('image_bounding_box', {}),
      of('image_landmarks', { length, labels: words }),
      of('array', { itemType: tie('type'), minLength: length, maxLength: length }),
      of('record', { fields: fc.dictionary(word, tie('type'), { maxKeys: 4 }) }),
    ) as fc.Arbitrary<PortType>,
  }
})
