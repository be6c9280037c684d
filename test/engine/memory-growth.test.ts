import assert from 'node:assert/strict'
import { memoryGrowth } from '../../src/engine/lane/memory-growth'

describe('engine/lane/memory-growth', () => {
  const saying = (...answers: (number | null)[]) => {
    const grown = memoryGrowth(() => {
      const answer = answers.shift()
      if (typeof answer !== 'number') throw new Error('EMFILE')
      return answer
    })
    return grown()
  }

  it('is the increase of the process’s memory', () => assert.equal(saying(5, 12), 7))

  it('is 0 if the system reported it only once, or never', () => {
    assert.equal(saying(null, 12), 0)
    assert.equal(saying(5, null), 0)
    assert.equal(saying(null, null), 0)
  })
})
