import assert from 'node:assert/strict'
import { builtInNodes, others } from '../../src/declarations'
import { checkFlow, type NodeDeclaration, readFlow } from '../../src/flow'
import { mistakesInDeclarations } from '../../src/flow/mistakes'
import { PARAMETERS, TYPE_NAMES } from '../../src/types'

const input = (type: unknown) => ({ inputs: { payload: { type } } })
const output = (type: unknown) => ({ outputs: [{ payload: type }] })

/** A name, a wrong declaration, and the message about it. */
const WRONG: [string, unknown, RegExp][] = [
  ['no object', 7, /: 7 must be an object\.$/],
  ['a list', [], /: a list must be an object\.$/],
  ['a field’s name', { input: {} }, /: there is no "input" here\. Did you mean “inputs”\?$/],
  ['a field nobody knows', { colour: 'red' }, /: there is no "colour" here\.$/],
  [
    'a type’s name',
    input({ type: 'imgae' }),
    /in inputs\.payload\.type\.type: there is no type “imgae”\. Did you mean “image”\?$/,
  ],
  [
    'a parameter’s name',
    input({ type: 'image', formt: 'png' }),
    /in inputs\.payload\.type: there is no "formt" here\. Did you mean “format”\?$/,
  ],
  [
    'a parameter’s value',
    output({ type: 'image', format: 'jpg' }),
    /in outputs\.0\.payload\.format: “jpg” must be “value”, .* Did you mean “jpeg”\?$/,
  ],
  ['a number of channels', output({ type: 'image', channels: 2 }), /channels: 2 must be 1, 3 or 4\.$/],
  ['text for a number', output({ type: 'vector', length: '7' }), /length: “7” must be a whole number from 1\.$/],
  ['less than nothing', output({ type: 'vector', length: -1 }), /length: -1 must be a whole number from 1\.$/],
  ['half a pixel', input({ type: 'image', minWidth: 2.5 }), /minWidth: 2\.5 must be a whole number from 1\.$/],
  ['no step', input({ type: 'number', step: 0 }), /step: 0 must be a number above 0\.$/],
  ['no number', input({ type: 'number', max: Number.NaN }), /max: NaN must be a number\.$/],
  [
    'a least above the most',
    input({ type: 'number', min: 5, max: 3 }),
    /in inputs\.payload\.type: min \(5\) must not be above max \(3\)\.$/,
  ],
  [
    'the same, deep inside',
    output({ type: 'record', fields: { a: { type: 'image', minWidth: 9, maxWidth: 8 } } }),
    /in outputs\.0\.payload\.fields\.a: minWidth \(9\) must not be above maxWidth \(8\)\.$/,
  ],
  [
    'a default out of bounds',
    input({ type: 'number', min: 0, max: 1, default: 2 }),
    /default \(2\) must be between min and max\.$/,
  ],
  [
    'a default that is no choice',
    input({ type: 'category', oneOf: ['a', 'b'], default: 'c' }),
    /default \(“c”\) must be one of the words in oneOf\.$/,
  ],
  ['text for a list', output({ type: 'segmentation', labels: 'a, b' }), /labels: “a, b” must be a list\.$/],
  [
    'a color of two numbers',
    output({ type: 'segmentation', labelToColor: { a: [1, 2] } }),
    /labelToColor\.a: the list must have 3 entries \(got 2\)\.$/,
  ],
  ['a list of nothing', output({ type: 'array' }), /outputs\.0\.payload: "itemType" is missing\.$/],
  [
    'a type deep inside',
    output({ type: 'record', fields: { a: { type: 'array', itemType: { type: 'txt' } } } }),
    /fields\.a\.itemType\.type: there is no type “txt”\. Did you mean “text”\?$/,
  ],
  [
    'one of several types',
    input([{ type: 'text' }, { type: 'numbr' }]),
    /inputs\.payload\.type\.1\.type: .*“number”\?$/,
  ],
  ['a type as text', output('image'), /outputs\.0\.payload: “image” must be null or an object\.$/],
  ['an input as text', { inputs: { payload: 'image' } }, /inputs\.payload: “image” must be an object\.$/],
  ['an input without type', { inputs: { payload: { required: true } } }, /inputs\.payload: "type" is missing\.$/],
  ['outputs as an object', { outputs: { payload: { type: 'text' } } }, /in outputs: an object must be a list\.$/],
  ['a word for a yes', { passes: 'yes' }, /passes: “yes” must be true or false\.$/],
  ['a case without its condition', { cases: [{ passes: true }] }, /cases\.0: "when" is missing\.$/],
  [
    'a setting that is no name',
    output({ type: 'vector', length: { $config: 3 } }),
    /length\.\$config: 3 must be text\.$/,
  ],
]

describe('mistakes in declarations', () => {
  for (const [what, declaration, sentence] of WRONG)
    it(what, () => {
      const found = mistakesInDeclarations({ sharpen: declaration, right: {} })
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', sentence)
      assert.match(found[0] ?? '', /^The declaration of “sharpen” is wrong/)
    })

  it('are all reported', () => {
    const found = mistakesInDeclarations({ a: { input: {}, passes: 1 }, b: output({ type: 'x' }) })
    assert.equal(found.length, 3)
    assert.equal(mistakesInDeclarations([]).length, 1)
  })

  it('don’t exist in this package’s declarations, nor in any type or parameter', () => {
    assert.deepEqual(mistakesInDeclarations({ ...builtInNodes(), ...others }), [])
    for (const name of TYPE_NAMES) {
      const needed = {
        ...(name === 'array' && { itemType: { type: 'any' } }),
        ...(name === 'record' && { fields: {} }),
      }
      const settings = Object.keys(PARAMETERS[name]).map((key) => [key, { $config: `my.${key}` }])
      const type = { type: name, ...Object.fromEntries(settings), ...needed, description: 'x' }
      assert.deepEqual(mistakesInDeclarations({ a: input(type), b: output({ ...type, $unless: 'x' }) }), [], name)
    }
  })

  it('leave the affected types unknown, never wrong', () => {
    for (const type of [{ type: 'image', format: 'jpg' }, { type: 'imgae' }, { type: 'image', channels: 2 }]) {
      const flow = readFlow([
        { id: 'a', type: 'theirs', wires: [['b']] },
        { id: 'b', type: 'reads', wires: [] },
      ])
      const nodes = { theirs: output(type), reads: input({ type: 'text' }) } as Record<string, NodeDeclaration>
      const { wires } = checkFlow(flow, new Map(Object.entries(nodes)))
      assert.deepEqual(
        wires.map(({ verdict }) => verdict),
        ['unknown'],
        JSON.stringify(type),
      )
    }
  })
})
