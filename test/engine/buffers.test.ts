import assert from 'node:assert/strict'
import { createBuffers } from '../../src/engine/lane/buffers'

describe('engine/lane/buffers', () => {
  it('returns the same memory for the same name and size', () => {
    const buffers = createBuffers()
    const first = buffers('image')(100)
    assert.equal(buffers('image')(100), first)
    assert.notEqual(buffers('mask')(100), first)
    assert.equal(buffers('image')(200).byteLength, 200)
    assert.notEqual(buffers('image')(100), first, 'the old size was let go')
  })

  it('doesn’t keep very large ones', () => {
    const buffers = createBuffers()
    assert.notEqual(buffers('image')(2 ** 27), buffers('image')(2 ** 27))
  })
})
