import { type PortType, Segmentation, writeWav } from '../../src/types'
import { jpegBytes, picture, pngBytes, sound } from '../types/values'
import type { Piece } from './pieces'

/** The start of a flow: an inject node, or (with a type) a node that declares its output. */
export interface Source {
  name: string
  node: Piece
  type?: Record<string, PortType>
  messages: object[]
}

const injected = (name: string, v: unknown, vt: string, p = 'payload'): Source => ({
  name: `inject ${name}`,
  node: { type: 'inject', props: [{ p, v, vt }], repeat: '', once: false },
  messages: [{}],
})
const given = (name: string, type: PortType, ...values: unknown[]): Source => ({
  name,
  node: { type: 'junction' },
  type: { payload: type, topic: { type: 'text' } },
  messages: values.map((payload) => ({ payload, topic: 'a' })),
})

/** A message that is part of a sequence, such as a split node's. */
const part = (name: string, type: PortType, ...values: unknown[]): Source => ({
  ...given(name, type, ...values),
  type: { payload: type, topic: { type: 'text' }, parts: { type: 'any' } },
  messages: values.map((payload, index) => ({
    ...{ payload, topic: 'a', parts: { id: name, index, count: values.length, type: 'array', len: 1 } },
  })),
})

const image = picture(4, 2)
const list = (itemType: PortType): PortType => ({ type: 'array', itemType })
const base64 = Buffer.from(pngBytes).toString('base64')
/** Without padding at its end, which HTML would escape. */
const bareBase64 = Buffer.from([...pngBytes, 0, 0]).toString('base64')
const dataUri = `data:image/png;base64,${base64}`
const soundUri = `data:audio/wav;base64,${Buffer.from(writeWav(sound())).toString('base64')}`
const map = new Segmentation({ width: 3, height: 1, data: Uint8Array.of(0, 1, 2), labels: ['wall', 'floor', 'cat'] })

/** No text ends with a word that is also a choice: after a split, that word would be one. */
export const sources: readonly Source[] = [
  injected('a word', 'cat', 'str'),
  injected('digits', '0.5', 'str'),
  injected('empty text', '', 'str'),
  injected('a picture’s path', 'photos/cat.jpg', 'str'),
  injected('base64', base64, 'str'),
  injected('base64 without signs at its end', bareBase64, 'str'),
  injected('base64 that nobody sees before', `"${bareBase64}"`, 'jsonata'),
  injected('base64 in a list', JSON.stringify([bareBase64]), 'json'),
  injected('base64 in a record', JSON.stringify({ a: bareBase64 }), 'json'),
  injected('base64 between words', JSON.stringify(['cat', base64]), 'json'),
  injected('a data URI', dataUri, 'str'),
  injected('the data URI of a sound', soundUri, 'str'),
  injected('a path that begins with a number', '3.png', 'str'),
  injected('a number with its unit', '5 apples', 'str'),
  injected('a number between spaces', ' 7 ', 'str'),
  injected('lines', 'cat\ndog\n\n0.5', 'str'),
  injected('lines of which one is a picture', `cat\n${bareBase64}`, 'str'),
  injected('a table', 'a,b\n1,cat\n2,', 'str'),
  injected('HTML', '<p class="x">cat</p><p>0.5</p>', 'str'),
  injected('XML', '<a><b>cat</b></a>', 'str'),
  injected('JSON', '{"a": 0.5}', 'str'),
  injected('long text', 'a cat on a bed '.repeat(20), 'str'),
  injected('a number below zero', '-3', 'num'),
  injected('null', 'null', 'json'),
  injected('lists in a list', '[[1, 2], [3]]', 'json'),
  injected('truths in a list', '[true, false]', 'json'),
  injected('a list of different things', '[1, "cat", true]', 'json'),
  injected('records in a list', '[{"a": 1}, {"a": 2}]', 'json'),
  injected('a number', '0.5', 'num'),
  injected('true', 'true', 'bool'),
  injected('a list', '[0.1, 0.2]', 'json'),
  injected('a list of words', '["cat", "dog"]', 'json'),
  injected('a record', '{"a": 1, "b": "cat"}', 'json'),
  injected('the time', '', 'date'),
  injected('the time in words', 'iso', 'date'),
  injected('a Date', 'object', 'date'),
  injected('bytes', '[1, 2, 3]', 'bin'),
  injected('an environment variable', 'WORD', 'env'),
  injected('an expression', '1 + 1', 'jsonata'),
  injected('only a topic', 'x', 'str', 'topic'),
  given('pictures', { type: 'image', width: 4, height: 2, channels: 3 }, image),
  given('label maps', { type: 'segmentation', labels: ['wall', 'floor', 'cat'] }, map),
  given('texts', { type: 'text' }, 'a cat on a bed', 'a dog, too'),
  given('numbers', { type: 'number', min: 0, max: 1 }, 0.25, 0.75),
  given('vectors', { type: 'vector', length: 4 }, new Float32Array(4)),
  given('PNGs', { type: 'image', format: 'png' }, Buffer.from(pngBytes)),
  given('lists of strings', { type: 'array', itemType: { type: 'text' } }, ['a', 'b']),
  given(
    'records',
    { type: 'record', fields: { score: { type: 'number' }, name: { type: 'text' } } },
    { score: 1, name: 'b' },
  ),
  given('truths', { type: 'boolean' }, true, false),
  given('grey pictures', { type: 'image', channels: 1 }, picture(2, 2, 1)),
  given('base64 that is declared', { type: 'image', format: 'base64' }, base64, bareBase64),
  given('data URIs', { type: 'image', format: 'dataURI' }, dataUri),
  given('paths of pictures', { type: 'image', format: 'file' }, 'photos/cat.jpg', '3.png'),
  given('JPEGs', { type: 'image', format: 'buffer' }, Buffer.from(jpegBytes)),
  given('files', { type: 'file', extension: 'onnx' }, 'a.onnx'),
  given('sounds', { type: 'audio', sampleRate: 16_000, channels: 1 }, sound()),
  given('WAVs', { type: 'audio', format: 'wav' }, Buffer.from(writeWav(sound()))),
  given('URIs of sounds', { type: 'audio', format: 'dataURI' }, soundUri),
  given('lists of pictures', list({ type: 'image', channels: 3 }), [image, image]),
  given('one picture in a list', list({ type: 'image' }), [image]),
  given('lists of PNGs', list({ type: 'image', format: 'png' }), [Buffer.from(pngBytes)]),
  given('lists of base64', list({ type: 'image', format: 'base64' }), [base64], [bareBase64, bareBase64]),
  given('lists of label maps', list({ type: 'segmentation' }), [map]),
  given('lists of lists', list(list({ type: 'number' })), [
    [1, 2],
    [3, 4],
  ]),
  given('records with a picture', { type: 'record', fields: { a: { type: 'image' } } }, { a: image }),
  given(
    'records with base64',
    { type: 'record', fields: { a: { type: 'image', format: 'base64' } } },
    { a: bareBase64 },
  ),
  given('lists of numbers', list({ type: 'number' }), [3, 1, 2], [0.5]),
  given('vectors that are lists', { type: 'vector', length: 3 }, [0, 0.5, 1]),
  given('points', { type: 'image_point' }, [0.5, 0.5]),
  given('boxes', { type: 'image_bounding_box' }, [0, 0, 0.5, 0.5]),
  given('words of which one is a number', { type: 'category', oneOf: ['cat', '7'] }, 'cat', '7'),
  part('parts that are texts', { type: 'text' }, 'a cat, too', 'a dog, too'),
  part('parts that are pictures', { type: 'image' }, image, image),
  part('a part that is base64', { type: 'image', format: 'base64' }, bareBase64),
  part('parts that are numbers', { type: 'number' }, 0.25, 0.75),
]

export const wanted: readonly PortType[] = [
  { type: 'image' },
  { type: 'image', channels: 1 },
  { type: 'segmentation' },
  { type: 'segmentation', labels: ['wall', 'floor', 'cat'] },
  { type: 'text' },
  { type: 'number' },
  { type: 'number', min: 0, max: 1 },
  { type: 'boolean' },
  { type: 'category', oneOf: ['cat', 'dog'] },
  { type: 'vector' },
  { type: 'vector', length: 4 },
  { type: 'image_point' },
  { type: 'array', itemType: { type: 'text' } },
  { type: 'array', itemType: { type: 'number' } },
  { type: 'record', fields: { a: { type: 'number' } } },
  { type: 'file' },
  { type: 'image', format: 'buffer' },
  { type: 'image', format: 'base64' },
  { type: 'array', itemType: { type: 'image' } },
  { type: 'array', itemType: { type: 'array', itemType: { type: 'number' } } },
  { type: 'audio' },
  { type: 'category' },
  { type: 'record', fields: { a: { type: 'any' } } },
  { type: 'image_bounding_box' },
]
