import assert from 'node:assert/strict'
import { createRecent } from '../../src/metrics/recent'

describe('metrics/recent', () => {
  it('is zero before the first value', () => {
    assert.deepEqual(createRecent().summary, { last: 0, p50: 0, p95: 0, sum: 0 })
  })

  it('gives the percentiles whatever the order of values', () => {
    const recent = createRecent()
    for (let i = 0; i < 100; i++) recent.add(((i * 37) % 100) + 1)
    assert.deepEqual(recent.summary, { last: 64, p50: 50, p95: 95, sum: 5050 })
  })

  it('forgets old values except in the sum', () => {
    const recent = createRecent()
    recent.add(1000)
    for (let i = 0; i < 512; i++) recent.add(1)
    assert.deepEqual(recent.summary, { last: 1, p50: 1, p95: 1, sum: 1512 })
  })
})
