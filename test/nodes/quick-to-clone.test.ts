import assert from 'node:assert/strict'
import RED from 'node-red'
import { cloneQuickly, quickToClone } from '../../nodes/shared/quick-to-clone'
import { codec } from '../../src/images'
import { quoteValue, readValue } from '../../src/types'

const util = (RED as unknown as { util: { cloneMessage<T>(msg: T): T } }).util

describe('a message that Node-RED clones for a Catch node', () => {
  const numbers = new Float32Array(50_000).fill(0.5)
  const cloned = () => util.cloneMessage(quickToClone({ topic: 'a', payload: { parts: [numbers] }, numbers }))

  it('has the large typed arrays themselves, and copies of everything else', () => {
    const msg = { topic: 'a', payload: { parts: [numbers] }, numbers, few: Uint8Array.of(1, 2) }
    const given = quickToClone(msg)
    const copy = util.cloneMessage(given)
    assert.notEqual(copy.payload.parts, given.payload.parts)
    assert.notEqual(copy.few, msg.few)
    assert.deepEqual([...copy.few], [1, 2])
    for (const one of [copy.numbers, copy.payload.parts[0] as Float32Array]) {
      assert.equal(one.buffer, numbers.buffer)
      assert.deepEqual([one.length, one[7]], [50_000, 0.5])
    }
    assert.equal(msg.numbers, numbers)
    assert.equal(String(numbers[Symbol.toStringTag]), 'Float32Array')
  })

  it('is read by our nodes like the original', async () => {
    const { numbers: copy } = cloned()
    assert.equal(quoteValue(copy), 'a Float32Array')
    const vector = await readValue({ type: 'vector', length: 50_000 }, copy, 'payload', codec)
    assert.equal((vector as ArrayLike<number>)[9], 0.5)
  })

  it('is the message itself if nothing in it is large', () => {
    const round: Record<string, unknown> = { few: Uint8Array.of(1), buffer: Buffer.alloc(100_000) }
    round.round = round
    assert.equal(quickToClone(round), round)
  })

  it('is copied as a whole if it is for the node itself', () => {
    const pixels = Float32Array.from({ length: 30_000 }, (_, i) => i)
    const few = new Uint8Array([1, 2, 3])
    const msg = { payload: { data: pixels, few }, also: [pixels], topic: 'a' }
    let slowest = 0
    const copy = cloneQuickly((value) => {
      for (const one of [value.payload.data, value.also[0]]) {
        // Node-RED's clone checks the object's tag, and passes unknown objects through.
        slowest = Math.max(slowest, Object.prototype.toString.call(one) === '[object Shared]' ? 0 : (one?.length ?? 0))
      }
      return util.cloneMessage(value)
    }, msg)
    assert.equal(slowest, 0)
    assert.deepEqual(copy, msg)
    for (const [one, other] of [
      [copy.payload.data, pixels],
      [copy.payload.few, few],
      [copy.also[0], pixels],
    ] as [Uint8Array, Uint8Array][]) {
      assert.notEqual(one.buffer, other.buffer)
      assert.equal(Object.prototype.toString.call(one), Object.prototype.toString.call(other))
    }
    copy.payload.data[3] = -1
    assert.equal(pixels[3], 3)
  })
})
