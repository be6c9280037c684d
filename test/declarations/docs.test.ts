import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createChecker, type NodeDeclaration, readFlow } from '../../src/flow'

const page = readFileSync(resolve(__dirname, '../../../docs/declaring-types.md'), 'utf8')
const examples = [...page.matchAll(/```json\n(.+?)```/gs)].map(([, json]) => JSON.parse(json as string))

/** The types that a node with this declaration and these settings outputs in `msg.<property>`. */
function given(declaration: NodeDeclaration, settings: object = {}, property = 'payload'): unknown {
  const flow = [
    { id: 'i', type: 'inject', props: [{ p: 'payload', v: 'true', vt: 'bool' }], wires: [['n']] },
    { id: 'n', type: 'declared', ...settings, wires: [[]] },
  ]
  const checker = createChecker(readFlow(flow), new Map([['declared', declaration]]))
  return checker.outputs('n', 0).find((view) => view.property === property)?.types
}

describe('the examples in docs/declaring-types.md', () => {
  const [inPackage, chosen, parameter, copied, unless, cases, own] = examples

  it('are all tested here', () => assert.equal(examples.length, 7))

  it('a package', () => assert.deepEqual(given(inPackage.daisychain.nodes.sharpen), [{ type: 'image', format: 'png' }]))

  it('a chosen property', () => {
    assert.deepEqual(given(chosen, { target: 'length' }, 'length'), [{ type: 'number' }])
    assert.deepEqual(given(chosen), [{ type: 'number' }])
  })

  it('a parameter from a setting', () => {
    assert.deepEqual(given(parameter), [{ type: 'vector', length: 512 }])
    assert.deepEqual(given(parameter, { size: '64' }), [{ type: 'vector', length: 64 }])
  })

  it('what came in', () => {
    assert.deepEqual(given(copied, {}, 'original'), [{ type: 'boolean' }])
    assert.deepEqual(given(copied), [{ type: 'text' }])
  })

  it('what is made unless it is there already', () => {
    assert.deepEqual(given(unless), [{ type: 'vector', length: 512 }])
    const wants: NodeDeclaration = { inputs: { payload: { type: { type: 'vector', length: 512 } } } }
    const flow = [
      { id: 'a', type: 'other', wires: [['n']] },
      { id: 'n', type: 'declared', wires: [['b']] },
      { id: 'b', type: 'wants', wires: [] },
    ]
    const declarations = new Map(Object.entries({ declared: unless as NodeDeclaration, wants }))
    const [demand] = createChecker(readFlow(flow), declarations).demands('a')
    assert.deepEqual([demand?.id, demand?.sent, demand?.isSpare], ['b', 'payload', true])
  })

  it('cases', () => {
    assert.deepEqual(given(cases), [{ type: 'image', format: 'jpeg' }])
    assert.deepEqual(given(cases, { output: 'table' }), [{ type: 'array', itemType: { type: 'text' } }])
    assert.deepEqual(given(cases, { output: 'other' }), undefined)
  })

  it('its own ports', () => {
    const image = { type: 'image', channels: 3 }
    const ports = {
      inputs: [{ property: 'payload', type: { type: 'text' } }],
      outputs: [[{ property: 'a', type: image }]],
    }
    assert.deepEqual(given(own, { ports }, 'a'), [image])
    for (const broken of [undefined, 'x', { inputs: [] }, { inputs: [], outputs: [[{ property: 'a' }, null, 7]] }])
      assert.equal(given(own, { ports: broken }, 'a'), undefined)
    const flow = [
      { id: 'i', type: 'inject', props: [{ p: 'payload', v: 'true', vt: 'bool' }], wires: [['n']] },
      { id: 'n', type: 'declared', ports, wires: [[]] },
    ]
    const checker = createChecker(readFlow(flow), new Map([['declared', own]]))
    assert.equal(checker.report.problems[0]?.property, 'payload')
    checker.update(['n'])
    assert.equal(checker.report.problems.length, 1)
  })
})
