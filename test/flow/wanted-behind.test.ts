import assert from 'node:assert/strict'
import { allDeclarations } from '../../src/declarations'
import { createChecker, type NodeDeclaration, readFlow, receiversBehind, wantedBehind } from '../../src/flow'
import type { VectorType } from '../../src/types'

const move = (p: string, to: string) => ({ t: 'move', p, pt: 'msg', to, tot: 'msg' })

describe('wantedBehind', () => {
  const seven: NodeDeclaration = {
    inputs: { payload: { type: { type: 'vector', length: 7, samplingStd: 2 } } },
    passes: true,
  }
  const picture: NodeDeclaration = { inputs: { payload: { type: { type: 'image' } } }, passes: true }
  const declarations = new Map([
    ['seven', seven],
    ['picture', picture],
  ])
  const wanted = (...nodes: object[]) => {
    const graph = readFlow([{ id: 't', type: 'tab' }, ...nodes])
    const types = [...wantedBehind(createChecker(graph, declarations), 'n')]
    return types.find((type): type is VectorType => type.type === 'vector') ?? null
  }
  const node = (id: string, type: string, wires: string[] = [], more: object = {}) => ({
    id,
    type,
    z: 't',
    wires: [wires],
    ...more,
  })

  it('is the type that the wired node needs', () => {
    const found = wanted(node('n', 'daisychain-latent', ['a']), node('a', 'seven'))
    assert.deepEqual([found?.length, found?.samplingStd], [7, 2])
  })

  it('is found through junctions, switches, links and subflows, in loops too', () => {
    assert.equal(
      wanted(
        node('n', 'x', ['j']),
        node('j', 'junction', ['k', 'j']),
        node('k', 'switch', ['a', 'n'], { rules: [{ t: 'else' }] }),
        node('a', 'seven'),
      )?.length,
      7,
    )
    assert.equal(
      wanted(
        node('n', 'x', ['o']),
        node('o', 'link out', [], { links: ['i'] }),
        node('i', 'link in', ['a']),
        node('a', 'seven'),
      )?.length,
      7,
    )
    const subflow = { id: 's', type: 'subflow', in: [{ wires: [{ id: 'a' }] }], out: [] }
    assert.equal(
      wanted(subflow, { ...node('a', 'seven'), z: 's' }, node('n', 'x', ['u']), node('u', 'subflow:s'))?.length,
      7,
    )
  })

  it('is null if nobody needs a vector, or it can’t be known', () => {
    assert.equal(wanted(node('n', 'x')), null)
    assert.equal(wanted(node('n', 'x', ['gone'])), null)
    assert.equal(wanted(node('n', 'x', ['p']), node('p', 'picture', ['a']), node('a', 'seven')), null)
    assert.equal(wanted(node('n', 'x', ['f']), node('f', 'function', ['a']), node('a', 'seven')), null)
  })

  /** What a Node-RED node in between does to the property. */
  const between: [what: string, type: string, settings: object, length: number | null][] = [
    [
      'a change node that sets another property',
      'change',
      { rules: [{ t: 'set', p: 'note', to: 'x', tot: 'str' }] },
      7,
    ],
    ['a change node that sets it', 'change', { rules: [{ t: 'set', p: 'payload', to: 'x', tot: 'str' }] }, null],
    ['a change node that puts it back', 'change', { rules: [move('payload', 'z'), move('z', 'payload')] }, 7],
    ['a change node that puts another one there', 'change', { rules: [move('z', 'payload')] }, null],
    ['a switch by type', 'switch', { property: 'payload', rules: [{ t: 'istype', v: 'string', vt: 'string' }] }, 7],
    ['a trigger that sends it on', 'trigger', { op1type: 'pay', op2type: 'nul' }, 7],
    ['a trigger that sends something of its own', 'trigger', { op1: '1', op1type: 'str', op2type: 'nul' }, null],
    ['a delay', 'delay', {}, 7],
    ['a template', 'template', { template: 'x' }, null],
    ['a template for another property', 'template', { field: 'other', template: 'x' }, 7],
    ['a list made of it', 'join', { mode: 'custom', build: 'array', property: 'payload' }, null],
    ['what is kept and sorted', 'sort', {}, 7],
    ['a node that makes one where none came', 'daisychain-latent', {}, 7],
    ['a node that makes one whatever came', 'daisychain-paint', {}, null],
    ['a reader of files', 'file in', { format: 'utf8' }, null],
  ]
  for (const [what, type, settings, length] of between)
    it(`${what}: ${length ? 'seen through' : 'the end'}`, () => {
      const flow = [node('n', 'x', ['b']), node('b', type, ['a'], settings), node('a', 'seven')]
      const graph = readFlow([{ id: 't', type: 'tab' }, ...flow])
      const found = [...wantedBehind(createChecker(graph, allDeclarations({ seven })), 'n')]
      assert.equal(found.find((one): one is VectorType => one.type === 'vector')?.length ?? null, length)
    })

  it('follows a property to its new name', () => {
    const flow = [
      node('n', 'x', ['m']),
      node('m', 'change', ['a'], { rules: [move('start', 'payload')] }),
      node('a', 'seven'),
    ]
    const checker = createChecker(readFlow([{ id: 't', type: 'tab' }, ...flow]), declarations)
    assert.deepEqual([...wantedBehind(checker, 'n')], [])
    assert.deepEqual(
      [...wantedBehind(checker, 'n', 'start')].map(({ type }) => type),
      ['vector'],
    )
  })

  it('lists the nodes that need it, nearest first', () => {
    const graph = readFlow([
      { id: 't', type: 'tab' },
      node('n', 'x', ['j', 'p']),
      node('j', 'junction', ['a']),
      node('a', 'seven'),
      node('p', 'picture'),
    ])
    const found = [...receiversBehind(createChecker(graph, declarations), 'n')]
    assert.deepEqual(
      found.map(({ id, types }) => [id, types.map(({ type }) => type)]),
      [
        ['p', ['image']],
        ['a', ['vector']],
      ],
    )
  })
})
