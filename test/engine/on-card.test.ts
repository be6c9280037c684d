import assert from 'node:assert/strict'
import { createOnCard } from '../../src/engine/lane/on-card'

describe('engine/on-card', () => {
  const feed = (width: number, height: number) => {
    const size = { width, height, channels: 3, layout: 'NCHW', scale: 1, offset: 0 } as const
    return { kind: 'pixels', ...size } as const
  }
  function tensor(width: number, height: number) {
    const made = { location: 'gpu-buffer', dims: [1, 3, height, width], disposed: 0, dispose: () => made.disposed++ }
    return made
  }
  const BYTES = 3 * 4 * 10 * 20

  it('returns a picture by its name, and only with its own size', () => {
    const card = createOnCard()
    const made = tensor(20, 10)
    const id = card.put(made)
    assert.equal(card.get(id, feed(20, 10)), made)
    assert.equal(card.get(id, feed(10, 20)), undefined)
    assert.equal(card.get(undefined, feed(20, 10)), undefined)
    assert.equal(createOnCard().get(id, feed(20, 10)), undefined)
  })

  it('discards the oldest for lack of room, never the newest, and all at the end', () => {
    const card = createOnCard(2 * BYTES)
    const all = [1, 2, 3].map(() => tensor(20, 10))
    const ids = all.map((each) => card.put(each))
    assert.deepEqual(
      all.map(({ disposed }) => disposed),
      [1, 0, 0],
    )
    assert.equal(card.get(ids[0], feed(20, 10)), undefined)
    const large = tensor(200, 10)
    const id = card.put(large)
    assert.deepEqual(
      all.map(({ disposed }) => disposed),
      [1, 1, 1],
    )
    assert.equal(card.get(id, feed(200, 10)), large)
    card.clear()
    assert.equal(large.disposed, 1)
    assert.equal(card.get(id, feed(200, 10)), undefined)
  })
})
