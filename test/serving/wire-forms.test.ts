import assert from 'node:assert/strict'
import { requireShort } from '../../src/serving/require-short'
import { toWire } from '../../src/serving/wire-forms'
import { Image } from '../../src/types'
import { jsonPieces } from '../../src/types/json-pieces'

describe('values on their way to JSON', () => {
  for (const [what, value] of [
    ['of a long list', Array.from({ length: 200_000 }, () => ({ box: [0, 1] }))],
    ['of an object with many names', Object.fromEntries(Array.from({ length: 25_000 }, (_, i) => [`n${i}`, i]))],
  ] as const) {
    it(`give other work its turn in the middle ${what}`, async () => {
      assert.ok((await turnsDuring(() => toWire(value))) > 3)
      const parts = await toWire(value)
      assert.ok((await turnsDuring(() => jsonPieces(parts))) > 3)
    })
  }

  it('are refused with a sentence if they are too many or too long', async () => {
    const tooMuch = /^the result is too large to be sent at once: at most 2,000,000 numbers/
    const names = Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`n${i}`, i]))
    const list = Array(2000).fill(1)
    const round = Array(2000).fill(list)
    for (const value of [new Float32Array(3e6), Object.assign([], { length: 1e9 }), names, round, Buffer.alloc(210e6)])
      await assert.rejects(toWire(value), { name: 'ValueError', message: tooMuch })
  })

  it('leave nothing behind that fails later', async () => {
    const picture = async () => Promise.reject(new Error('later'))
    const image = new Image({ width: 1, height: 1, channels: 3, data: new Uint8Array(3) })
    const encoder = { picture, bytes: picture }
    await assert.rejects(
      toWire([image, image, new Float32Array(3e6)], undefined, undefined, encoder),
      /too large|later/,
    )
    await new Promise((later) => setImmediate(later))
  })

  it('are refused if they are too long to be written at once', () => {
    const fine = { numbers: Array(300_000).fill(0.5), picture: 'x'.repeat(1e6) }
    assert.equal(requireShort(fine), fine)
    assert.throws(
      () => requireShort({ text: 'x'.repeat(40e6) }),
      /too long to be sent in one message: ask for it over HTTP/,
    )
    assert.throws(() => requireShort(Array(400_000).fill(0.5)), /too long to be sent in one message/)
  })

  it('are JPEGs if they are opaque colour pictures that fit, otherwise PNGs', async () => {
    const kindOf = async (width: number, height: number, channels: 1 | 3 | 4) => {
      const data = new Uint8Array(width * height * channels)
      return String(await toWire(new Image({ width, height, channels, data }))).slice(0, 15)
    }
    assert.equal(await kindOf(4, 3, 3), 'data:image/jpeg')
    assert.equal(await kindOf(4, 3, 4), 'data:image/png;')
    assert.equal(await kindOf(4, 3, 1), 'data:image/png;')
    assert.equal(await kindOf(65_501, 1, 3), 'data:image/png;')
    assert.equal(await kindOf(1, 65_501, 3), 'data:image/png;')
    assert.equal(await kindOf(1, 65_500, 3), 'data:image/jpeg')
  })
})

/** How often other work gets a turn. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const next = () => {
    turns++
    if (!isOver) setImmediate(next)
  }
  setImmediate(next)
  await work()
  isOver = true
  return turns
}
