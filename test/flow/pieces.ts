import { type PortType, Segmentation } from '../../src/types'
import { picture, pngBytes } from '../types/values'

export interface Piece {
  type: string
  [setting: string]: unknown
}

/** What begins a flow: an inject node, or (with a type) a node that is declared to give it. */
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

const image = picture(4, 2)
const map = new Segmentation({ width: 3, height: 1, data: Uint8Array.of(0, 1, 2), labels: ['wall', 'floor', 'cat'] })

export const sources: readonly Source[] = [
  injected('a word', 'cat', 'str'),
  injected('digits', '0.5', 'str'),
  injected('empty text', '', 'str'),
  injected('a picture’s path', 'photos/cat.jpg', 'str'),
  injected('base64', Buffer.from(pngBytes).toString('base64'), 'str'),
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
  given('texts', { type: 'text' }, 'a cat on a bed', 'a dog'),
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
]

const change = (...rules: object[]): Piece => ({ type: 'change', rules })
const set = (p: string, to: string, tot: string, more: object = {}) => ({ t: 'set', p, pt: 'msg', to, tot, ...more })
const fn = (func: string): Piece => ({ type: 'function', func, outputs: 1 })
const route = (...rules: object[]): Piece => ({
  type: 'switch',
  property: 'payload',
  propertyType: 'msg',
  rules,
  checkall: 'true',
})
const trigger = (more: object): Piece => ({
  ...{
    type: 'trigger',
    op1: '1',
    op1type: 'str',
    op2: '0',
    op2type: 'str',
    duration: '20',
    units: 'ms',
    extend: false,
  },
  ...{ overrideDelay: false, reset: '', bytopic: 'all', topic: 'topic', outputs: 1, ...more },
})
const kinds = ['pay', 'nul', 'str', 'num', 'bool', 'json', 'date', 'env', 'bin'] as const
const texts: Record<string, string> = {
  str: 'cat',
  num: '0.5',
  bool: 'true',
  json: '{"a":1}',
  date: '',
  env: 'WORD',
  bin: '[1]',
}
const triggers = kinds.flatMap((first) =>
  [...kinds, 'payl' as const].flatMap((second) => [
    trigger({ op1: texts[first] ?? '', op1type: first, op2: texts[second] ?? '', op2type: second }),
    trigger({ op1: texts[first] ?? '', op1type: first, op2: texts[second] ?? '', op2type: second, outputs: 2 }),
  ]),
)
const some = (list: readonly Piece[], every: number) => list.filter((_, i) => i % every === 0)

/** Node-RED's own nodes, in the settings that make a difference. */
export const pieces: readonly Piece[] = [
  ...some(triggers, 7),
  trigger({ op1: '', op1type: 'pay', op2: '0', duration: '0' }),
  trigger({ op1: '', op2: '', duration: '0', overrideDelay: true }),
  trigger({ op1: '', op1type: 'pay', op2type: 'payl', extend: true, bytopic: 'topic' }),
  trigger({ op1: 'iso', op1type: 'date', op2: 'object', op2type: 'date' }),
  trigger({ op1: '{{payload}}', op2: '{{topic}}' }),
  // again and again, until a reset
  trigger({ op1: '', op1type: 'pay', op2: '0', duration: '-300' }),
  trigger({ op1: 'cat', op2: '1', op2type: 'num', duration: '-300', extend: true, bytopic: 'topic' }),
  { type: 'template', field: 'payload', fieldType: 'msg', template: 'cat', syntax: 'mustache', output: 'str' },
  { type: 'template', field: 'payload', fieldType: 'msg', template: '0.5', syntax: 'plain', output: 'str' },
  { type: 'template', field: 'payload', fieldType: 'msg', template: 'a {{topic}}', syntax: 'mustache', output: 'str' },
  { type: 'template', field: 'payload', fieldType: 'msg', template: '[1, 2]', syntax: 'plain', output: 'json' },
  { type: 'template', field: 'topic', fieldType: 'msg', template: 'cat', syntax: 'plain', output: 'str' },
  change(set('payload', 'cat', 'str')),
  change(set('payload', '7', 'num')),
  change(set('payload', 'topic', 'msg')),
  change(set('topic', 'payload', 'msg', { dc: true })),
  change(set('payload', 'payload.length', 'msg')),
  change(set('payload', 'payload.width', 'msg')),
  change(set('payload', 'payload.a', 'msg')),
  change(set('payload', 'payload[0]', 'msg')),
  change(set('payload', 'payload', 'jsonata')),
  change(set('payload', 'WORD', 'env')),
  change(set('payload.x', '1', 'num')),
  change({ t: 'delete', p: 'payload', pt: 'msg' }),
  change({ t: 'move', p: 'payload', pt: 'msg', to: 'other', tot: 'msg' }),
  change({ t: 'move', p: 'topic', pt: 'msg', to: 'payload', tot: 'msg' }),
  change({ t: 'change', p: 'payload', pt: 'msg', from: 'cat', fromt: 'str', to: 'dog', tot: 'str' }),
  change({ t: 'change', p: 'payload', pt: 'msg', from: 'cat', fromt: 'str', to: '3', tot: 'num' }),
  change({ t: 'change', p: 'payload', pt: 'msg', from: '0.5', fromt: 'num', to: 'dog', tot: 'str' }),
  change({ ...set('kept', 'payload', 'msg'), pt: 'flow' }, set('payload', 'kept', 'flow')),
  change({ ...set('word', 'cat', 'str'), pt: 'flow' }, set('payload', 'word', 'flow')),
  change({ ...set('number', '0.5', 'num'), pt: 'global' }, set('payload', 'number', 'global')),
  change(set('payload', 'number', 'global')),
  route({ t: 'istype', v: 'string', vt: 'string' }, { t: 'else' }),
  route({ t: 'istype', v: 'number', vt: 'number' }, { t: 'istype', v: 'object', vt: 'object' }),
  route({ t: 'istype', v: 'array', vt: 'array' }, { t: 'istype', v: 'buffer', vt: 'buffer' }),
  route({ t: 'istype', v: 'boolean', vt: 'boolean' }, { t: 'istype', v: 'undefined', vt: 'undefined' }),
  route({ t: 'null' }, { t: 'nnull' }),
  route({ t: 'eq', v: 'cat', vt: 'str' }, { t: 'else' }),
  route({ t: 'true' }, { t: 'empty' }, { t: 'nempty' }),
  { type: 'range', action: 'scale', minin: 0, maxin: 1, minout: 0, maxout: 100, property: 'payload' },
  { type: 'range', action: 'drop', minin: 0, maxin: 1, minout: 0, maxout: 100, round: true, property: 'payload' },
  { type: 'rbe', func: 'rbe', property: 'payload', septopics: false },
  { type: 'rbe', func: 'deadband', gap: '0', property: 'payload', septopics: false },
  { type: 'delay', pauseType: 'delay', timeout: '5', timeoutUnits: 'milliseconds', rate: '1', outputs: 1 },
  { type: 'json', property: 'payload', action: '' },
  { type: 'json', property: 'payload', action: 'str' },
  { type: 'json', property: 'payload', action: 'obj' },
  { type: 'yaml', property: 'payload' },
  { type: 'xml', property: 'payload' },
  { type: 'html', property: 'payload', outproperty: 'payload', tag: 'p', ret: 'html', as: 'single' },
  { type: 'html', property: 'payload', outproperty: 'payload', tag: 'p', ret: 'text', as: 'multi' },
  { type: 'csv', sep: ',', hdrin: false, hdrout: 'none', multi: 'one', temp: 'a,b' },
  { type: 'csv', sep: ',', hdrin: false, hdrout: 'none', multi: 'mult', temp: '' },
  { type: 'split', splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', property: 'payload' },
  { type: 'join', mode: 'auto' },
  { type: 'join', mode: 'custom', build: 'array', property: 'payload', propertyType: 'msg', count: '1', joiner: ',' },
  { type: 'join', mode: 'custom', build: 'string', property: 'payload', propertyType: 'msg', count: '1', joiner: ',' },
  { type: 'sort', target: 'payload', targetType: 'msg', order: 'ascending', as_num: false },
  { type: 'exec', command: 'echo', addpay: '', append: 'hello', useSpawn: 'false', timer: '', oldrc: false },
  fn('msg.payload = 0.5;\nreturn msg;'),
  fn("msg.payload = 'cat';\nreturn msg;"),
  fn('msg.payload = msg.payload.length;\nreturn msg;'),
  fn('return msg;'),
  fn('msg.payload = [msg.payload];\nreturn msg;'),
  { type: 'junction' },
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
]
