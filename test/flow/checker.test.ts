import assert from 'node:assert/strict'
import { createChecker, type FlowNode, readFlow } from '../../src/flow'
import { declarations, types } from './declarations'
import type { Entry } from './support'

const flow = (name: string): Entry[] => [
  { id: 'cam', type: 'camera', name, wires: [['wait']] },
  { id: 'wait', type: 'delay', wires: [['story']] },
  { id: 'story', type: 'gpt2', wires: [[]] },
]

describe('a checker', () => {
  it('tells what a node needs, with help, and whether it is required', () => {
    const checker = createChecker(
      readFlow([
        { id: 'f', type: 'stylegan' },
        { id: 'x', type: 'delay' },
      ]),
      declarations,
    )
    assert.deepEqual(checker.inputs('f'), [
      { property: 'payload', types: [types.vector], required: true, help: '' },
      { property: 'truncation', types: [{ type: 'number', min: 0, max: 1 }], required: false, help: '' },
    ])
    assert.deepEqual(checker.inputs('x'), [])
    assert.deepEqual(checker.inputs('nobody'), [])
  })

  it('tells what a port outputs, and nothing about missing ports and nodes', () => {
    const checker = createChecker(readFlow(flow('')), declarations)
    assert.deepEqual(checker.outputs('wait', 0), [
      { property: 'payload', types: [types.image], required: true, help: '' },
    ])
    assert.deepEqual(checker.outputs('wait', 7), [])
    assert.deepEqual(checker.outputs('nobody', 0), [])
  })

  it('judges a wire that isn’t drawn', () => {
    const checker = createChecker(readFlow([...flow(''), { id: 'depth', type: 'densedepth' }]), declarations)
    const verdict = (from: string, to: string) => checker.judge({ id: from, port: 0 }, { id: to }).verdict
    assert.equal(verdict('wait', 'depth'), 'match')
    assert.equal(verdict('story', 'depth'), 'mismatch')
    assert.equal(verdict('nobody', 'depth'), 'unknown')
    assert.equal(verdict('wait', 'nobody'), 'unknown')
    assert.equal(checker.report.wires.length, 2)
  })

  it('uses a new name in sentences about distant wires', () => {
    let current = readFlow(flow('Eye'))
    const graph = { ids: () => current.ids(), node: (id: string): FlowNode | undefined => current.node(id) }
    const checker = createChecker(graph, declarations)
    assert.match(checker.report.problems[0]?.message ?? '', /“Eye” gives/)
    current = readFlow(flow('Window'))
    assert.match(checker.update(['cam']).problems[0]?.message ?? '', /“Window” gives/)
    assert.equal(checker.report.problems[0]?.origin, 'cam')
  })

  it('forgets a node that is removed, and knows it again when it is back', () => {
    let entries = flow('Eye')
    const graph = {
      ids: () => entries.map(({ id }) => id),
      node: (id: string): FlowNode | undefined => readFlow(entries).node(id),
    }
    const checker = createChecker(graph, declarations)
    entries = entries.slice(1)
    assert.deepEqual(checker.update(['cam']).problems, [])
    entries = flow('Door')
    assert.match(checker.update(['cam']).problems[0]?.message ?? '', /“Door” gives/)
  })
})
