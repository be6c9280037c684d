import assert from 'node:assert/strict'
import { createTurns } from '../../src/engine/turns'

describe('engine/turns', () => {
  it('lets a caller that comes late go before the rest of one that floods', () => {
    const turns = createTurns<string>()
    for (const name of ['a1', 'a2', 'a3']) turns.add('a', name)
    assert.equal(turns.take(), 'a1')
    turns.add('b', 'b1')
    turns.add('b', 'b2')
    assert.equal(turns.size, 4)
    assert.deepEqual([turns.take(), turns.take(), turns.take(), turns.take()], ['a2', 'b1', 'a3', 'b2'])
    assert.equal(turns.take(), undefined)
  })

  it('gives back what it clears, of one caller or of all', () => {
    const turns = createTurns<number>()
    turns.add('a', 1)
    turns.add('b', 2)
    turns.add('a', 3)
    turns.add(null, 4)
    assert.deepEqual(turns.clear('a'), [1, 3])
    assert.deepEqual(turns.clear(null), [4])
    assert.deepEqual(turns.clear(), [2])
    assert.equal(turns.size, 0)
  })
})
