import assert from 'node:assert/strict'
import { allDeclarations } from '../../src/declarations'
import { between, candidates, checkFlow, type OpenEnd, type PortView, readFlow } from '../../src/flow'
import type { PortType } from '../../src/types'

const declarations = allDeclarations()
const fresh = new Map([...declarations.keys(), 'debug', 'function', 'mqtt out'].map((type) => [type, {}]))
const port = (type: PortType, property = 'payload'): PortView => ({ property, types: [type], required: true, help: '' })
const map: PortType = { type: 'segmentation', labels: ['floor', 'wall', 'bed', 'lamp'] }
const find = (end: OpenEnd) => {
  const found = candidates(end, fresh, declarations)
  const fitting = found.filter(({ verdict, isTyped }) => isTyped && (verdict === 'match' || verdict === 'adapts'))
  return { found, names: fitting.map(({ type }) => type.replace('daisychain-', '')) }
}

describe('candidates for the other end of a wire', () => {
  it('start with those that require it', () => {
    const { names } = find({ gives: [port(map)] })
    assert.equal(names[0], 'spade')
    assert.ok(names.includes('paint'))
    for (const type of [{ type: 'image' }, { type: 'image', channels: 3 }] as const) {
      const pictures = find({ gives: [port(type)] }).names
      const place = (name: string) => pictures.indexOf(name)
      assert.ok(place('densedepth') >= 0 && place('densedepth') < place('export'), pictures.join())
      assert.ok(place('im2txt') < place('adjust') || place('adjust') < 0, pictures.join())
      assert.equal(place('gpt2'), -1)
    }
    assert.equal(find({ gives: [port({ type: 'vector', length: 512 })] }).names[0], 'stylegan')
  })

  it('include the converter that they need', () => {
    const { found } = find({ gives: [port(map)] })
    const depth = found.find(({ type }) => type === 'daisychain-densedepth')
    assert.deepEqual([depth?.verdict, depth?.converter?.config.converter], ['convertible', 'color-labels'])
  })

  it('are found for an input too', () => {
    const { names } = find({ wants: [port({ type: 'segmentation' })] })
    assert.ok(names.includes('paint') && names.includes('deeplab'), names.join())
    assert.ok(!names.includes('gpt2'))
  })

  it('say nothing specific about inputs that accept anything', () => {
    const debug = find({ gives: [port(map)] }).found.find(({ type }) => type === 'debug')
    assert.deepEqual([debug?.verdict, debug?.isTyped], ['match', false])
  })

  it('are empty if nothing is known', () => {
    assert.deepEqual(candidates({ gives: [] }, fresh, declarations), [])
    assert.deepEqual(candidates({ gives: [{ ...port(map), types: [] }] }, fresh, declarations), [])
  })
})

describe('a node between two ends', () => {
  const models = new Map(
    ['stylegan', 'densedepth', 'spade', 'im2txt', 'attngan', 'photosketch', 'gpt2', 'deeplab'].map((name) => [
      `daisychain-${name}`,
      {},
    ]),
  )
  const ends = (given: PortType, wanted: PortType) => {
    const types = new Map([
      ...declarations,
      ['gives', { outputs: [{ payload: given }] }],
      ['wants', { inputs: { payload: { type: wanted } } }],
    ])
    const flow = readFlow([
      { id: 'a', type: 'gives', wires: [['b']] },
      { id: 'b', type: 'wants' },
    ])
    const [wire] = checkFlow(flow, types).wires
    assert.ok(wire)
    return between(wire, models, declarations).map((type) => type.replace('daisychain-', ''))
  }

  for (const [given, wanted, expected] of [
    [{ type: 'image' }, { type: 'text' }, 'im2txt'],
    [{ type: 'image', channels: 3 }, { type: 'text' }, 'im2txt'],
    [{ type: 'vector', length: 512 }, { type: 'image' }, 'stylegan'],
    [{ type: 'image' }, { type: 'segmentation' }, 'deeplab'],
    [{ type: 'image' }, { type: 'vector', length: 512 }, undefined],
    [{ type: 'boolean' }, { type: 'image' }, undefined],
  ] as [PortType, PortType, string | undefined][])
    it(`from ${JSON.stringify(given)} to ${JSON.stringify(wanted)}: ${expected ?? 'none'}`, () =>
      assert.equal(ends(given, wanted)[0], expected))
})
