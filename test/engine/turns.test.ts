import assert from 'node:assert/strict'
import { createTurns } from '../../src/engine/turns'

describe('engine/turns', () => {
  it('lets a late caller go before the rest of one with many jobs', () => {
    const turns = createTurns<string>()
    for (const name of ['a1', 'a2', 'a3']) turns.add('a', name)
    assert.equal(turns.take(), 'a1')
    turns.add('b', 'b1')
    turns.add('b', 'b2')
    assert.equal(turns.size, 4)
    assert.deepEqual([turns.take(), turns.take(), turns.take(), turns.take()], ['a2', 'b1', 'a3', 'b2'])
    assert.equal(turns.take(), undefined)
  })

  it('lets a caller’s next job go along if nobody else waits and it matches', () => {
    const turns = createTurns<string>()
    for (const name of ['a1', 'a2', 'b3']) turns.add('a', name)
    const isWanted = (name: string) => name.startsWith('a')
    assert.equal(turns.takeAlong('nobody', isWanted), undefined)
    assert.equal(turns.takeAlong('a', isWanted), 'a1')
    turns.add('c', 'c1')
    assert.equal(turns.takeAlong('a', isWanted), undefined, 'c waits')
    turns.clear('c')
    assert.equal(turns.takeAlong('a', isWanted), 'a2')
    assert.equal(turns.takeAlong('a', isWanted), undefined, 'not wanted')
    assert.equal(turns.take(), 'b3')
    assert.equal(turns.takeAlong('a', isWanted), undefined)
  })

  it('puts returned jobs first', () => {
    const turns = createTurns<string>()
    turns.add('b', 'b1')
    turns.add('a', 'a3')
    turns.putBack('a', ['a1', 'a2'])
    assert.deepEqual(
      Array.from({ length: 4 }, () => turns.take()),
      ['a1', 'b1', 'a2', 'a3'],
    )
  })

  it('returns what it clears, for one caller or all', () => {
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
