import assert from 'node:assert/strict'
import { allDeclarations } from '../../src/declarations'
import { checkFlow, readFlow } from '../../src/flow'

describe('words that a switch compares with', () => {
  const problems = (words: string[], flow: object[]) => {
    const rules = words.map((v) => ({ t: 'eq', v, vt: 'str' }))
    const node = { id: 's', type: 'switch', name: 'which', property: 'payload', propertyType: 'msg', rules, wires: [] }
    const graph = readFlow([
      { id: 'tab', type: 'tab' },
      ...[node, ...flow].map((each) => ({ z: 'tab', x: 1, y: 1, ...each })),
    ])
    return checkFlow(graph, allDeclarations()).problems.map(({ message }) => message)
  }
  const teach = (id: string, classes: string[], wires: string[][]) => ({
    id,
    type: 'daisychain-teach',
    name: id,
    classes,
    wires,
  })

  it('are wrong if nothing outputs them, such as a renamed class', () => {
    assert.deepEqual(problems(['rock', 'paper'], [teach('signs', ['rock', 'paper'], [['s'], []])]), [])
    assert.deepEqual(problems(['rock', 'paper'], [teach('signs', ['stone', 'paper'], [['s'], []])]), [
      '“signs” never gives “rock”, which “which” looks for in msg.payload. It gives “stone”, “paper”.',
    ])
  })

  it('are right if another wire may output them, or nobody knows what arrives', () => {
    assert.deepEqual(problems(['rock', 'none'], [teach('signs', ['rock', 'paper'], [['s'], ['s']])]), [])
    assert.deepEqual(
      problems(['rock', 'cup'], [teach('a', ['rock'], [['s'], []]), teach('b', ['cup'], [['s'], []])]),
      [],
    )
    assert.deepEqual(
      problems(['cup'], [teach('a', ['rock'], [['s'], []]), { id: 'h', type: 'http in', wires: [['s']] }]),
      [],
    )
    assert.deepEqual(problems(['cup'], [teach('a', [], [['s'], []])]), [])
    assert.equal(problems(['cup'], [teach('a', ['rock'], [['s'], ['s']])]).length, 2)
  })
})
