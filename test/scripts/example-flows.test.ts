import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { exampleFlows } from '../../scripts/start/example-flows'

describe('the flows that npm start begins with', () => {
  it('are all examples together, and no two of their nodes have the same id', () => {
    const nodes = exampleFlows(resolve(__dirname, '../../..'), '127.0.0.1:1880')
    assert.ok(nodes.filter(({ type }) => type === 'tab').length >= 23)
    const ids = nodes.map(({ id }) => id)
    assert.deepEqual(
      ids.filter((id, i) => ids.indexOf(id) !== i),
      [],
    )
  })
})
