import assert from 'node:assert/strict'
import { createChecker, type NodeDeclaration, readFlow, receiversBehind, wantedBehind } from '../../src/flow'
import type { VectorType } from '../../src/types'

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
    const types = [...wantedBehind(graph, createChecker(graph, declarations), 'n')]
    return types.find((type): type is VectorType => type.type === 'vector') ?? null
  }
  const node = (id: string, type: string, wires: string[] = [], more: object = {}) => ({
    id,
    type,
    z: 't',
    wires: [wires],
    ...more,
  })

  it('is what the wired node wants', () => {
    const found = wanted(node('n', 'daisychain-latent', ['a']), node('a', 'seven'))
    assert.deepEqual([found?.length, found?.samplingStd], [7, 2])
  })

  it('is found through junctions, switches, links and subflows, in loops too', () => {
    assert.equal(
      wanted(
        node('n', 'x', ['j']),
        node('j', 'junction', ['k', 'j']),
        node('k', 'switch', ['a', 'n']),
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

  it('is null where nobody wants a vector, or it cannot be known', () => {
    assert.equal(wanted(node('n', 'x')), null)
    assert.equal(wanted(node('n', 'x', ['gone'])), null)
    assert.equal(wanted(node('n', 'x', ['p']), node('p', 'picture', ['a']), node('a', 'seven')), null)
    assert.equal(wanted(node('n', 'x', ['f']), node('f', 'function', ['a']), node('a', 'seven')), null)
  })

  it('says which nodes want it, the nearest first', () => {
    const graph = readFlow([
      { id: 't', type: 'tab' },
      node('n', 'x', ['j', 'p']),
      node('j', 'junction', ['a']),
      node('a', 'seven'),
      node('p', 'picture'),
    ])
    const found = [...receiversBehind(graph, createChecker(graph, declarations), 'n')]
    assert.deepEqual(
      found.map(({ id, types }) => [id, types.map(({ type }) => type)]),
      [
        ['p', ['image']],
        ['a', ['vector']],
      ],
    )
  })
})
