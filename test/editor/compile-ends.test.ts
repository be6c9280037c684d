import assert from 'node:assert/strict'
import { endsOf } from '../../src/editor/compile/ends'
import { readFlow } from '../../src/flow'

const node = (id: string, to: string[] = [], more = {}) => ({ id, type: 'change', z: 't', wires: [to], ...more })

describe('editor/compile/ends', () => {
  const graph = readFlow([
    { id: 't', type: 'tab' },
    node('a', ['b']),
    node('b', ['out', 'off']),
    node('off', [], { d: true }),
    node('out', [], { type: 'link out', links: ['in'] }),
    node('in', ['c'], { type: 'link in' }),
    node('c', ['b']),
    node('alone'),
  ])

  it('starts with the selected node, and proposes the last one that it reaches', () => {
    assert.deepEqual(endsOf(graph, ['a']), { from: 'a', reached: ['a', 'b', 'out', 'in', 'c'], to: 'c' })
    assert.deepEqual(endsOf(graph, ['alone']), { from: 'alone', reached: ['alone'], to: 'alone' })
  })

  it('takes the first and the last of several, in whatever order they were selected', () => {
    assert.deepEqual(
      [endsOf(graph, ['out', 'a', 'b'])].map((ends) => [ends?.from, ends?.to]),
      [['a', 'out']],
    )
  })

  it('starts a loop with the node that was selected first', () => {
    assert.deepEqual(
      [endsOf(graph, ['c', 'b'])].map((ends) => [ends?.from, ends?.to]),
      [['c', 'b']],
    )
  })

  it('finds no ends without a selection', () => {
    assert.equal(endsOf(graph, []), null)
  })
})
