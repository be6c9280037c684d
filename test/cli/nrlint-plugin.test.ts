import assert from 'node:assert/strict'
import rules from '../../src/cli/nrlint-plugin'

/**
 * Runs the rule as nrlint 1.2 does: calls `create` with a context, then the visitor's `start`. Locations are
 * node ids.
 */
function lint(flow: object[]): { location: string[]; message: string }[] {
  const found: { location: string[]; message: string }[] = []
  const rule = rules['daisychain-wires']
  rule.create({ flows: { export: () => flow }, report: (finding) => found.push(finding) }).start()
  return found
}

describe('the rule for nrlint', () => {
  const depth = { id: 'depth', type: 'daisychain-densedepth', wires: [[]] }

  it('reports each wire that doesn’t fit at its receiving node', () => {
    const [finding, ...others] = lint([{ id: 'latent', type: 'daisychain-latent', wires: [['depth']] }, depth])
    assert.deepEqual(others, [])
    assert.deepEqual(finding?.location, ['depth', 'latent'])
    assert.match(finding?.message ?? '', /gives a vector/)
  })

  it('reports nothing if everything fits', () => assert.deepEqual(lint([depth]), []))

  it('has the form that nrlint expects of a rule', () => {
    assert.deepEqual(Object.keys(rules), ['daisychain-wires'])
    assert.equal(rules['daisychain-wires'].meta.severity, 'error')
  })
})
