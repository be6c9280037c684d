import assert from 'node:assert/strict'
import type { PortType } from '../../src/types'
import { type Entry, sends, verdicts } from './support'

const image: PortType = { type: 'image', channels: 3 }
const text: PortType = { type: 'text' }
const number: PortType = { type: 'number' }
const boolean: PortType = { type: 'boolean' }
const vector: PortType = { type: 'vector', length: 512 }
const list = (itemType: PortType): PortType => ({ type: 'array', itemType })
const record = (fields: Record<string, PortType>): PortType => ({ type: 'record', fields })
const word = (...oneOf: string[]): PortType => ({ type: 'category', oneOf })
const exactly = (value: number): PortType => ({ type: 'number', min: value, max: value })

/** What is known about a property: one type, several, or nothing. */
type Known = PortType | PortType[] | 'unknown'
/**
 * A node's settings, the type that arrives in msg.payload (null: nothing is wired to it), and the payload
 * types that it sends, by port.
 */
type Row = [what: string, settings: object, arriving: PortType | 'unknown' | null, ...payloads: Known[]]

const rule = (...rules: object[]) => ({ rules })
const set = (to: unknown, tot: string, p = 'payload', pt = 'msg') => ({ t: 'set', p, pt, to, tot })
const inject = (v: unknown, vt: string, p = 'payload') => ({ props: [{ p, v, vt }] })
const replace = (from: string, fromt: string, to: string, tot: string) => ({
  t: 'change',
  p: 'payload',
  pt: 'msg',
  from,
  fromt,
  to,
  tot,
})

const base64: PortType = { type: 'image', format: 'base64' }
const path: PortType = { type: 'image', format: 'file' }
const soundUri: PortType = { type: 'audio', format: 'dataURI' }
/** Text that may be a picture or a sound. */
const anyText: PortType[] = [{ type: 'audio', format: 'dataURI' }, base64, { type: 'image', format: 'dataURI' }, text]
const scale = { action: 'scale', minin: '0', maxin: '1', minout: '0', maxout: '255' }

const catAndDog = { type: 'array', itemType: word('cat', 'dog'), minLength: 2, maxLength: 2 } as const
const pair = record({ a: boolean, b: word('t') })
const instances = list(record({ category: word('bed', 'cat'), score: number }))

const tables: Record<string, Row[]> = {
  'daisychain-convert': [
    ['an item', { converter: 'pick', index: 0 }, list(text), text],
    ['a field of an item', { converter: 'pick', index: '-1', field: 'category' }, instances, word('bed', 'cat')],
    ['a field of a record', { converter: 'pick', field: 'a' }, record({ a: image }), image],
    ['a field that is not there', { converter: 'pick', field: 'b' }, record({ a: image }), 'unknown'],
    ['an item of nobody knows what', { converter: 'pick' }, 'unknown', 'unknown'],
    ['a list joined', { converter: 'join' }, list(text), text],
    ['a list joined before anything is wired', { converter: 'join' }, null, text],
    ['a vector made longer', { converter: 'vector-length', length: '128' }, vector, { type: 'vector', length: 128 }],
    ['a picture encoded', { converter: 'encode', format: 'jpeg' }, image, { type: 'image', format: 'jpeg' }],
    ['what it chooses by itself', { converter: 'auto' }, list(text), 'unknown'],
    ['a converter that does not exist', { converter: 'toString' }, text, 'unknown'],
  ],
  inject: [
    ['text', inject('hello', 'str'), null, word('hello')],
    ['a number', inject('0.8', 'num'), null, exactly(0.8)],
    ['what is no number', inject('x', 'num'), null, 'unknown'],
    ['a boolean', inject('true', 'bool'), null, boolean],
    ['a JSON text', inject('"cat"', 'json'), null, word('cat')],
    [
      'a JSON list',
      inject('[1,2]', 'json'),
      null,
      { type: 'array', itemType: { type: 'number', min: 1, max: 2 }, minLength: 2, maxLength: 2 },
    ],
    ['a JSON object', inject('{"a":1}', 'json'), null, record({ a: exactly(1) })],
    ['broken JSON', inject('{', 'json'), null, 'unknown'],
    ['the time', inject('', 'date'), null, number],
    ['the time in words', inject('iso', 'date'), null, text],
    ['a Date', inject('object', 'date'), null, 'unknown'],
    ['bytes', inject('[1]', 'bin'), null, 'unknown'],
    ['an expression', inject('$now()', 'jsonata'), null, 'unknown'],
    ['a flow variable', inject('x', 'flow'), null, 'unknown'],
    ['an unknown environment variable', inject('X', 'env'), null, 'unknown'],
    ['a property inside', inject('a', 'str', 'payload.name'), null, record({ name: word('a') })],
    ['old settings', { payload: '7', payloadType: 'num' }, null, exactly(7)],
    ['values kept beside the list', { props: [{ p: 'payload' }], payload: 'x', payloadType: 'str' }, null, word('x')],
    ['no settings', {}, null, word('')],
    ['a list that is none', { props: 'x', payload: 'y', payloadType: 'str' }, null, word('y')],
    ['entries that are none', { props: [null, 7, { p: 'payload', v: 'y', vt: 'str' }] }, null, word('y')],
  ],
  change: [
    ['sets text', rule(set('a', 'str')), image, word('a')],
    ['sets a number', rule(set('1', 'num')), image, exactly(1)],
    ['sets from a property', rule(set('topic', 'msg'), set('payload', 'msg', 'topic')), image, word('t')],
    ['sets bytes', rule(set('[1]', 'bin')), image, 'unknown'],
    ['sets an expression', rule(set('1+1', 'jsonata')), image, 'unknown'],
    ['sets a flow variable of the same name', rule(set('a', 'str', 'payload', 'flow')), image, image],
    [
      'sets a part of it',
      rule(set('a', 'str', 'payload.x')),
      record({ y: number }),
      record({ y: number, x: word('a') }),
    ],
    ['sets a part of what has none', rule(set('a', 'str', 'payload.x')), image, 'unknown'],
    ['sets a computed property', rule(set('a', 'str', 'payload[msg.x]')), image, 'unknown'],
    ['sets another property', rule(set('a', 'str', 'other')), image, image],
    ['sets without a kind', rule({ t: 'set', p: 'payload', to: 'msg.topic' }), image, word('t')],
    ['moves away', rule({ t: 'move', p: 'payload', pt: 'msg', to: 'picture', tot: 'msg' }), image, 'unknown'],
    ['moves in', rule({ t: 'move', p: 'topic', pt: 'msg', to: 'payload', tot: 'msg' }), image, word('t')],
    ['moves to the flow', rule({ t: 'move', p: 'payload', pt: 'msg', to: 'x', tot: 'flow' }), image, 'unknown'],
    ['moves from the flow', rule({ t: 'move', p: 'x', pt: 'flow', to: 'payload', tot: 'msg' }), image, 'unknown'],
    ['deletes', rule({ t: 'delete', p: 'payload', pt: 'msg' }), image, 'unknown'],
    [
      'deletes a part',
      rule({ t: 'delete', p: 'payload.x', pt: 'msg' }),
      record({ x: text, y: text }),
      record({ y: text }),
    ],
    ['replaces in text', rule(replace('a', 'str', 'b', 'str')), text, [word('b'), text]],
    ['replaces by an expression', rule(replace('a', 're', 'b', 'str')), text, text],
    ['replaces text by a number', rule(replace('a', 'str', '1', 'num')), text, [exactly(1), text]],
    ['replaces a number', rule(replace('1', 'num', 'one', 'str')), number, [word('one'), number]],
    ['leaves a picture as it is', rule(replace('a', 'str', 'b', 'str')), image, image],
    ['replaces in a picture as text', rule(replace('a', 'str', 'b', 'str')), base64, 'unknown'],
    ['replaces in a sound as text', rule(replace('a', 'str', 'b', 'str')), soundUri, 'unknown'],
    ['old settings: change', { action: 'change', property: 'payload', from: 'a', to: 'b', reg: false }, image, image],
    ['old settings: replace', { action: 'replace', property: 'payload', to: 'b' }, image, word('b')],
    ['a rule of another version', rule({ t: 'shuffle', p: 'payload' }), image, 'unknown'],
    ['rules that are none', { rules: [null, 'x'] }, image, image],
  ],
  switch: [
    ['sends to every port', rule({ t: 'nnull' }, { t: 'else' }), image, image, image],
    ['is text', rule({ t: 'istype', v: 'string' }, { t: 'istype', v: 'object' }), text, text, 'unknown'],
    ['is a picture', rule({ t: 'istype', v: 'object' }, { t: 'istype', v: 'buffer' }), image, image, 'unknown'],
    [
      'is an encoded picture',
      rule({ t: 'istype', v: 'buffer' }, { t: 'istype', v: 'string' }),
      { type: 'image', format: 'png' },
      { type: 'image', format: 'png' },
      'unknown',
    ],
    [
      'is a picture as text',
      rule({ t: 'istype', v: 'string' }),
      { type: 'image', format: 'dataURI' },
      { type: 'image', format: 'dataURI' },
    ],
    ['is a list', rule({ t: 'istype', v: 'array' }), list(text), list(text)],
    ['an unknown value that is text', rule({ t: 'istype', v: 'string' }), 'unknown', anyText],
    ['an unknown value that is a number', rule({ t: 'istype', v: 'number' }), 'unknown', number],
    ['an unknown value that is a boolean', rule({ t: 'istype', v: 'boolean' }), 'unknown', boolean],
    ['an unknown value that is a list', rule({ t: 'istype', v: 'array' }), 'unknown', 'unknown'],
    ['is null', rule({ t: 'null' }), image, 'unknown'],
    ['is a word', rule({ t: 'eq', v: 'cat', vt: 'str' }, { t: 'else' }), text, word('cat'), text],
    ['is one of the words', rule({ t: 'eq', v: 'cat', vt: 'str' }), word('cat', 'dog'), word('cat')],
    ['is none of the words', rule({ t: 'eq', v: 'car', vt: 'str' }), word('cat', 'dog'), []],
    ['is equal to a word, which a number may be', rule({ t: 'eq', v: '7', vt: 'str' }), number, number],
    ['looks at another property', { property: 'topic', ...rule({ t: 'istype', v: 'number' }) }, image, image],
    ['looks at the flow', { property: 'x', propertyType: 'flow', ...rule({ t: 'istype', v: 'number' }) }, image, image],
    ['a rule that is none', { rules: [7] }, image, image],
  ],
  template: [
    ['makes text', { template: 'Hi {{payload}}' }, image, text],
    ['a fixed text', { template: 'cat' }, image, word('cat')],
    [
      'reads JSON',
      { template: '{"a":[true]}', output: 'json' },
      image,
      record({ a: { type: 'array', itemType: boolean, minLength: 1, maxLength: 1 } }),
    ],
    ['reads JSON with gaps', { template: '{"a":"{{payload}}"}', output: 'json' }, image, 'unknown'],
    [
      'reads plain JSON with braces',
      { template: '["{{a}}"]', output: 'json', syntax: 'plain' },
      image,
      { type: 'array', itemType: word('{{a}}'), minLength: 1, maxLength: 1 },
    ],
    ['reads YAML', { template: 'a: 1', output: 'yaml' }, image, 'unknown'],
    ['writes elsewhere', { field: 'topic', template: 'x' }, image, image],
    ['writes to the flow', { field: 'payload', fieldType: 'flow' }, image, image],
  ],
  json: [
    ['text becomes what it says', {}, text, 'unknown'],
    ['an object becomes text', {}, record({ a: text }), text],
    ['a list becomes text', { action: 'str' }, list(text), text],
    ['a number stays', { action: 'obj' }, number, number],
    ['text stays', { action: 'str' }, text, text],
    ['unknown becomes text, if it is there', { action: 'str' }, 'unknown', 'unknown'],
    ['unknown stays unknown', {}, 'unknown', 'unknown'],
    ['a picture is not for it', {}, image, 'unknown'],
    ['another property', { property: 'topic' }, image, image],
  ],
  yaml: [
    ['an object becomes text', {}, record({ a: text }), text],
    ['text becomes what it says', {}, text, 'unknown'],
  ],
  csv: [
    [
      'text becomes a record, whose cells may be empty',
      { temp: 'name,"age"' },
      text,
      [record({ name: { type: 'any' }, age: { type: 'any' } }), record({})],
    ],
    ['a record of nothing but a picture as text', {}, record({ a: base64 }), anyText],
    ['a record of nobody knows what', {}, record({ a: { type: 'any' } }), anyText],
    ['text becomes a table', { temp: '', multi: 'mult' }, text, list({ type: 'any' })],
    ['columns in the first line', { temp: 'a', hdrin: true }, text, 'unknown'],
    ['a record becomes text', {}, record({ a: text }), text],
    ['a picture is not for it', {}, image, 'unknown'],
  ],
  split: [
    ['a list', {}, list(image), image],
    ['a list, several at a time', { arraySplt: '2' }, list(image), list(image)],
    ['a field’s name, in another property', { addname: 'payload' }, record({ a: text }), 'unknown'],
    ['text', {}, text, text],
    ['a word without the separator', {}, word('a,b'), word('a,b')],
    ['words at a separator', { splt: ',' }, word('a,b', 'b,c'), word('a', 'b', 'c')],
    ['a word by its length', { splt: '2', spltType: 'len' }, word('abc'), word('ab', 'c')],
    ['a word in which a picture is', { splt: ' ' }, word('cat iVBORw0KGgoAAAAAAAAAAAAA'), [word('cat'), base64]],
    ['words whose parts depend on those before', { stream: true }, word('a,b'), [word('a,b'), text]],
    ['a vector', {}, vector, number],
    ['a record', {}, record({ a: text }), 'unknown'],
    ['a number, which is not sent', {}, number, 'unknown'],
    ['another property', { property: 'topic' }, image, image],
  ],
  join: [
    ['a list', { mode: 'custom', build: 'array' }, image, list(image)],
    ['text', { mode: 'custom', build: 'string' }, text, text],
    ['text of one picture as text', { mode: 'custom', build: 'string' }, base64, anyText],
    ['text of nobody knows what', { mode: 'custom', build: 'string' }, 'unknown', anyText],
    ['an object', { mode: 'custom', build: 'object' }, image, 'unknown'],
    ['a buffer', { mode: 'custom', build: 'buffer' }, image, 'unknown'],
    ['by an expression', { mode: 'reduce' }, image, 'unknown'],
    ['whole messages', { mode: 'custom', build: 'array', propertyType: 'full' }, image, list({ type: 'any' })],
    ['what was never split', {}, image, 'unknown'],
    ['another property', { mode: 'custom', build: 'array', property: 'topic' }, image, image],
  ],
  trigger: [
    ['two texts', { op1: '1', op1type: 'str', op2: '0', op2type: 'str' }, image, [word('0'), word('1')]],
    ['the message, then nothing', { op1type: 'pay', op2type: 'nul' }, image, image],
    ['nothing, then the latest', { op1type: 'nul', op2type: 'payl' }, image, image],
    ['one from each port', { op1: '1', op1type: 'num', op2type: 'payl', outputs: 2 }, image, exactly(1), image],
    ['again and again', { op1type: 'pay', op2: 'x', op2type: 'str', duration: '-5' }, image, image],
    ['once, then waits for a reset', { op1type: 'pay', op2: '0', op2type: 'str', duration: '0' }, image, image],
    [
      'once, unless the message says how long to wait',
      { op1type: 'pay', op2: '0', op2type: 'str', duration: '0', overrideDelay: true },
      image,
      [word('0'), image],
    ],
    ['what an empty field means', { op1: '', op1type: 'str', op2: '', op2type: 'num' }, image, [word('1'), exactly(0)]],
    ['the time', { op1type: 'date', op2type: 'nul' }, image, number],
    ['the time in words', { op1: 'iso', op1type: 'date', op2type: 'nul' }, image, text],
    ['a filled text', { op1: 'a {{topic}}', op1type: 'str', op2type: 'nul' }, image, text],
    ['nothing but what is filled in', { op1: '{{payload}}', op1type: 'str', op2type: 'nul' }, image, anyText],
    [
      'its first versions',
      { op1: 'true', op1type: 'val', op2: 'off', op2type: 'val', outputs: 2 },
      image,
      boolean,
      word('off'),
    ],
  ],
  'http request': [
    ['text by default', {}, image, text],
    ['text', { ret: 'txt' }, image, text],
    ['bytes', { ret: 'bin' }, image, 'unknown'],
    ['an object', { ret: 'obj' }, image, 'unknown'],
  ],
  'http in': [['whatever was sent', {}, null, 'unknown']],
  'mqtt in': [
    ['text by default', {}, null, text],
    ['base64', { datatype: 'base64' }, null, text],
    ['bytes', { datatype: 'buffer' }, null, 'unknown'],
    ['whatever it is', { datatype: 'auto-detect' }, null, 'unknown'],
  ],
  'file in': [
    ['text', { format: 'utf8' }, image, text],
    ['bytes', { format: '' }, image, 'unknown'],
    ['lines', { format: 'lines' }, image, text],
    ['pieces', { format: 'stream' }, image, 'unknown'],
  ],
  file: [['passes on', {}, image, image]],
  html: [
    ['a list of strings', { ret: 'text', as: 'single' }, text, list(text)],
    ['texts', { ret: 'html', as: 'multi' }, text, text],
    ['where it came from, unless it is told', { ret: 'text', as: 'single', property: 'topic' }, image, image],
    ['attributes', { ret: 'attr', as: 'multi' }, text, 'unknown'],
  ],
  xml: [['either way', {}, text, 'unknown']],
  range: [
    ['a number', scale, text, number],
    ['of an interval without a length', { ...scale, maxin: '0' }, text, 'unknown'],
    ['of no interval', {}, text, 'unknown'],
    ['another property', { ...scale, property: 'topic' }, image, image],
  ],
  delay: [['passes on, from both ports', {}, image, image, image]],
  rbe: [
    ['passes on', {}, image, image],
    ['numbers only, where it compares them', { func: 'deadband' }, number, number],
    ['a word that begins with a number', { func: 'deadband' }, word('3.png'), word('3.png')],
    ['a path that may begin with a number', { func: 'deadband' }, { type: 'image', format: 'file' }, path],
  ],
  function: [
    ['a line that sets a number', { func: 'msg.payload = 0.5;\nreturn msg;' }, image, exactly(0.5)],
    ['a line that sets text', { func: "// the word\nmsg.payload = 'cat'\nreturn msg" }, image, word('cat')],
    ['a property of another', { func: 'msg.payload = msg.topic;\nreturn msg;' }, image, word('t')],
    ['a width', { func: 'msg.payload = msg.payload.width;\nreturn msg;' }, { ...image, width: 7 }, exactly(7)],
    ['a length', { func: 'msg.payload = msg.payload.length;\nreturn msg;' }, text, { type: 'number', min: 0 }],
    ['as it comes', { func: 'return msg;' }, image, image],
    ['null, of which others make something', { func: 'msg.payload = null;\nreturn msg;' }, image, 'unknown'],
    ['a new message', { func: 'return { payload: "cat", "topic": 3 };' }, image, word('cat')],
    [
      'a new message over several lines',
      { func: 'return {\n  payload: msg.topic, // as it came\n}' },
      image,
      word('t'),
    ],
    ['a message for each output', { func: 'return [msg, { payload: 0.5 }, null];' }, image, image, exactly(0.5), []],
    ['several messages for one output', { func: 'return [[msg, { payload: 0.5 }]];' }, image, [image, exactly(0.5)]],
    ['only to its first output', { func: 'return msg;' }, image, image, []],
    ['nothing', { func: 'node.warn("no");\nreturn null;' }, image, []],
    ['nothing, as its line ends there', { func: 'return\nmsg;' }, image, []],
    ['a record', { func: 'msg.payload = { a: true, b: msg.topic };\nreturn msg;' }, image, pair],
    ['a list', { func: "msg.payload = ['cat', 'dog'];\nreturn msg;" }, image, catAndDog],
    [
      'what is put into what may be two things',
      { func: 'msg.a = msg.payload;\nmsg.a.b = 1;\nreturn msg;' },
      pair,
      'unknown',
    ],
    ['what starts with it sends', { func: 'return null;', initialize: 'node.send({ payload: 1 })' }, image, 'unknown'],
    ['a sum over two lines', { func: 'msg.payload = 5\n-3\nreturn msg;' }, image, 'unknown'],
    ['a message that is called', { func: 'msg.payload = msg.payload\n(3)\nreturn msg;' }, image, 'unknown'],
    ['a variable', { func: 'return { payload: number };' }, image, 'unknown'],
    ['what it likes', {}, image, 'unknown'],
    ['anything else', { func: 'msg.payload = msg.payload + 1;\nreturn msg;' }, number, 'unknown'],
    ['a condition', { func: 'if (msg.topic) msg.payload = 1;\nreturn msg;' }, number, 'unknown'],
  ],
  sort: [
    ['a list', { targetType: 'msg' }, list(text), list(text)],
    ['a box, which then is none', { targetType: 'msg', target: 'payload' }, { type: 'image_bounding_box' }, 'unknown'],
    ['nothing but lists', { targetType: 'msg', target: 'payload' }, text, []],
    ['nothing of what is not there', { targetType: 'msg', target: 'other' }, image, []],
    ['what may be a list', { targetType: 'msg', target: 'payload' }, vector, vector],
    ['nothing but sequences', { targetType: 'seq' }, image, []],
  ],
  batch: [
    ['passes on', {}, image, image],
    ['an empty sequence, whose payload is null', { mode: 'interval', allowEmptySequence: true }, image, 'unknown'],
  ],
  junction: [['passes on', {}, image, image]],
  catch: [['whatever failed', {}, null, 'unknown']],
  complete: [['whatever was done', {}, null, 'unknown']],
  'nobody knows': [['does what it likes', {}, image, 'unknown']],
}

describe('what Node-RED’s own nodes do to messages', () => {
  for (const [type, rows] of Object.entries(tables))
    for (const [what, settings, arriving, ...payloads] of rows)
      it(`${type}: ${what}`, () => {
        const wires = payloads.map(() => [])
        const node: Entry = { id: 'n', type, ...settings, wires }
        const source: Entry = {
          id: 'g',
          type: 'give',
          payload: arriving === 'unknown' ? undefined : arriving,
          topic: word('t'),
          wires: [['n']],
        }
        const sent = sends(arriving === null ? [node] : [source, node], 'n', payloads.length)
        const expected = payloads.map((known) => (known === 'unknown' ? [] : Array.isArray(known) ? known : [known]))
        assert.deepEqual(
          sent.map(({ payload = [] }) => payload),
          expected,
        )
      })
})

describe('properties besides the payload', () => {
  const camera: Entry = { id: 'c', type: 'camera', wires: [['n']] }

  it('pass through a model', () => {
    const flow = [
      {
        id: 'i',
        type: 'inject',
        props: [
          { p: 'payload', v: 'x', vt: 'str' },
          { p: 'seed', v: '3', vt: 'num' },
        ],
        wires: [['n']],
      },
      { id: 'n', type: 'gpt2', wires: [[]] },
    ]
    assert.deepEqual(sends(flow, 'n')[0], { payload: [text], seed: [exactly(3)] })
  })

  it('are copied and removed as declared', () => {
    assert.deepEqual(sends([camera, { id: 'n', type: 'echo', wires: [[]] }], 'n')[0], {
      payload: [image],
      copy: [image],
    })
  })

  it('are joined again after a split', () => {
    const flow = [
      { id: 'g', type: 'give', payload: list(image), wires: [['s']] },
      { id: 's', type: 'split', wires: [['d']] },
      { id: 'd', type: 'densedepth', wires: [['j']] },
      { id: 'j', type: 'join', wires: [[]] },
    ]
    assert.deepEqual(sends(flow, 'j')[0]?.payload, [list({ type: 'image', channels: 1 })])
  })

  it('are one list again after a split into groups', () => {
    const flow = (own: object) => [
      { id: 'g', type: 'give', payload: list(text), wires: [['s']] },
      { id: 's', type: 'split', arraySplt: 2, wires: [['n']] },
      { id: 'n', type: 'junction', ...own, wires: [['j']] },
      { id: 'j', type: 'join', mode: 'auto', wires: [[]] },
    ]
    assert.deepEqual(sends(flow({}), 'j')[0]?.payload, [list(text)])
    const inText = { type: 'template', template: 'a', output: 'str' }
    assert.deepEqual(sends(flow(inText), 'j')[0]?.payload, [list(word('a'))])
  })

  it('of a split vector are unknown, because a typed array isn’t a list', () => {
    const flow = [
      { id: 'g', type: 'give', payload: vector, wires: [['s']] },
      { id: 's', type: 'split', wires: [['j']] },
      { id: 'j', type: 'join', mode: 'auto', wires: [[]] },
    ]
    assert.equal(sends(flow, 'j')[0]?.payload, undefined)
  })

  it('may be unchanged if the property may be missing', () => {
    const flow = [
      { id: 'g', type: 'nobody knows', wires: [['n']] },
      { id: 'n', type: 'html', property: 'topic', outproperty: 'payload', ret: 'html', as: 'multi', wires: [['v']] },
      { id: 'v', type: 'wants', want: list(number) },
    ]
    assert.equal(verdicts(flow).at(-1), 'n:0 → v unknown')
  })

  it('that one node doesn’t pass on don’t count against the next', () => {
    const verdictBehind = (node: object) =>
      verdicts([
        { id: 't', type: 'give', payload: text, topic: word('t'), wires: [['n']] },
        { id: 'l', type: 'give', payload: list(number), topic: word('t'), wires: [['n']] },
        { id: 'n', ...node, wires: [['v']] },
        { id: 'v', type: 'wants', want: list(number) },
      ] as Entry[]).at(-1)
    const sorted = { type: 'sort', target: 'payload', targetType: 'msg' }
    assert.equal(verdictBehind(sorted), 'n:0 → v match')
    assert.equal(verdictBehind({ ...sorted, type: 'junction' }), 'n:0 → v mismatch')
    // This delay may drop either message.
    assert.equal(verdictBehind({ type: 'delay', pauseType: 'rate', drop: true }), 'n:0 → v unknown')
    assert.equal(verdictBehind({ type: 'delay', pauseType: 'rate' }), 'n:0 → v mismatch')
  })

  it('that may be missing do nothing if put into nothing', () => {
    const flow = [
      { id: 't', type: 'nobody knows', wires: [['m']] },
      {
        id: 'm',
        type: 'change',
        ...rule({ t: 'move', p: 'payload', pt: 'msg', to: 'payload.a', tot: 'msg' }),
        wires: [['n']],
      },
      { id: 'n', type: 'yaml', wires: [['v']] },
      { id: 'v', type: 'wants', want: text },
    ]
    assert.equal(verdicts(flow).at(-1), 'n:0 → v unknown')
  })

  it('are those of messages that a node passes on for lack of another, or of the rest', () => {
    const verdictOf = (want: PortType, bare: object) =>
      verdicts([
        { id: 't', type: 'give', payload: list(text), topic: word('t'), wires: [['n']] },
        { id: 'u', type: 'inject', ...bare, wires: [['n']] },
        { id: 'n', type: 'html', property: 'topic', outproperty: 'payload', ret: 'html', as: 'multi', wires: [['v']] },
        { id: 'v', type: 'wants', want },
      ] as Entry[]).at(-1)
    // Nobody can know whether the HTML has such an element.
    assert.equal(verdictOf(number, inject('7', 'num')), 'n:0 → v unknown')
    assert.equal(verdictOf({ type: 'image_bounding_box' }, inject('7', 'num')), 'n:0 → v mismatch')
    assert.equal(verdictOf(text, inject('cat', 'str')), 'n:0 → v unknown')
  })

  it('that are missing exist in a function node’s record', () => {
    const flow = [
      { id: 'i', type: 'inject', ...inject('x', 'str', 'topic'), wires: [['n']] },
      { id: 'n', type: 'function', func: 'msg.payload = { a: msg.payload };\nreturn msg;', wires: [['v']] },
      { id: 'v', type: 'wants', want: record({ a: { type: 'any' } }) },
    ]
    assert.equal(verdicts(flow).at(-1), 'n:0 → v unknown')
  })

  it('get a topic from a delay that sends the latest of each', () => {
    const verdictOf = (pauseType: string, topic: PortType | null, want: PortType) =>
      verdicts([
        topic
          ? { id: 'g', type: 'give', payload: text, topic, wires: [['n']] }
          : { id: 'g', ...inject('x', 'str'), type: 'inject', wires: [['n']] },
        { id: 'n', type: 'delay', pauseType, wires: [['c']] },
        {
          id: 'c',
          type: 'change',
          rules: [{ t: 'move', p: 'topic', pt: 'msg', to: 'payload', tot: 'msg' }],
          wires: [['v']],
        },
        { id: 'v', type: 'wants', want },
      ] as Entry[]).at(-1)
    for (const pauseType of ['queue', 'timed']) {
      assert.equal(verdictOf(pauseType, null, word('_none_')), 'c:0 → v match')
      assert.equal(verdictOf(pauseType, null, number), 'c:0 → v mismatch')
      assert.equal(verdictOf(pauseType, number, number), 'c:0 → v match')
    }
    assert.notEqual(verdictOf('rate', null, word('_none_')), 'c:0 → v match')
  })

  it('come from declared settings', () => {
    const sent = (length: unknown) => sends([{ id: 'n', type: 'latent', length, wires: [[]] }], 'n')[0]?.payload
    assert.deepEqual(sent('128'), [{ type: 'vector', length: 128 }])
    assert.deepEqual(sent(undefined), [vector])
    assert.deepEqual(sent('many'), [{ type: 'vector' }])
  })

  it('come from several declared ports', () => {
    const flow = [camera, { id: 'n', type: 'maskrcnn', wires: [[], []] }]
    const [first, second] = sends(flow, 'n', 2)
    assert.deepEqual(first?.payload, [image])
    assert.deepEqual(second?.instances, [list(text)])
  })
})
