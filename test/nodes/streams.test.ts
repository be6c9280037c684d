import assert from 'node:assert/strict'
import { createStreams } from '../../nodes/models/streams'
import { openQuery } from '../../nodes/shared/queries'
import { findVariant, isRecurrent, loadManifests, type Model } from '../../src/models'

describe('what a model remembers of sounds', () => {
  const variantOf = (id: string, name: string) =>
    findVariant(loadManifests().find((model) => model.id === id) as Model, name)
  const listen = variantOf('listen', 'silero-v6')
  const piece = (id: string, index: number) => ({ parts: { id, index } })

  it('is kept for each sound that arrives in pieces, also if they alternate', () => {
    for (const variant of [listen, variantOf('wakeword', 'hey-jarvis')]) {
      const { of } = createStreams()
      const [left, right] = [of(piece('left', 0), variant), of(piece('right', 0), variant)]
      assert.notEqual(left, right)
      for (const index of [1, 2, 4]) {
        assert.equal(of(piece('left', index), variant), left)
        assert.equal(of(piece('right', index), variant), right)
      }
      assert.notEqual(of(piece('left', 0), variant), left, 'a new sound')
    }
  })

  it('continues without parts, but not from one query to the next', () => {
    const { of } = createStreams()
    const before = of({}, listen)
    const ends = ['one', 'two'].map((mark) => openQuery(mark, () => {}))
    const [one, two] = [of({ _query: 'one' }, listen), of({ _query: 'two' }, listen)]
    for (const end of ends) end(false)
    assert.equal(new Set([before, one, two]).size, 3)
    assert.equal(of({}, listen), before)
  })

  it('is forgotten on request, and when many other sounds have come', () => {
    const { of, clear } = createStreams()
    const first = of(piece('first', 0), listen)
    first.set('kept', 1)
    for (let i = 0; i < 30; i++) of(piece(`${i}`, 0), listen)
    assert.equal(of(piece('first', 1), listen).size, 0)
    of({}, listen).set('kept', 1)
    clear({})
    assert.equal(of({}, listen).size, 0)
  })

  it('is one memory for pictures, except those of clients: each has its own', () => {
    const { of, clear } = createStreams()
    const between = variantOf('between', 'rife-4-9')
    assert.ok(isRecurrent(between))
    const common = of({}, between)
    assert.equal(of({ topic: 'a', ...piece('a', 0) } as object, between), common)
    const connection = {}
    const ends = [
      openQuery('one', () => {}),
      openQuery('two', () => {}, connection),
      openQuery('three', () => {}, connection),
    ]
    const [one, two, three] = ['one', 'two', 'three'].map((_query) => of({ _query }, between))
    assert.equal(of({ _query: 'one' }, between), one, 'a loop within a query')
    assert.equal(two, three, 'the same connection')
    for (const end of ends) end(false)
    const req = {}
    const all = [
      common,
      one,
      two,
      of({ req }, between),
      of({ req: {} }, between),
      of({ _session: { type: 'websocket', id: '1' } }, between),
      of({ _session: { type: 'tcp', id: '1' } }, between),
      of({ _query: 'one' }, between), // which has ended
    ]
    assert.equal(new Set(all).size, all.length)
    clear({ req })
    assert.notEqual(of({ req }, between), all[3])
    assert.equal(of({}, between), common)
    common.set('kept', 1)
    clear({})
    assert.equal(of({}, between).size, 0)
    assert.notEqual(of({ _session: { type: 'tcp', id: '1' } }, between), all[6])
  })
})
