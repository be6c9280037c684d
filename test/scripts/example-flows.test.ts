import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { exampleFlows } from '../../scripts/start/example-flows'
import { allDeclarations } from '../../src/declarations'
import { checkFlow, readFlow } from '../../src/flow'

describe('the flows that npm start opens', () => {
  const nodes = exampleFlows(resolve(__dirname, '../../..'), '127.0.0.1:1880')

  it('contain all examples, without duplicate node ids', () => {
    assert.ok(nodes.filter(({ type }) => type === 'tab').length >= 23)
    const ids = nodes.map(({ id }) => id)
    assert.deepEqual(
      ids.filter((id, i) => ids.indexOf(id) !== i),
      [],
    )
  })

  it('have no wrong wires', () => {
    // Nodes on disabled tabs count too.
    const flow = nodes.map((node) => ({ ...node, disabled: false, d: false }))
    assert.deepEqual(
      checkFlow(readFlow(flow), allDeclarations()).problems.map(({ message }) => message),
      [],
    )
  })
})
