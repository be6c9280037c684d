import assert from 'node:assert/strict'
import fc from 'fast-check'
import { requireShort } from '../../src/serving/require-short'
import { toWire } from '../../src/serving/wire-forms'
import { Image } from '../../src/types'
import { jsonPieces } from '../../src/types/json-pieces'

const textOf = async (value: unknown) => Buffer.concat(await jsonPieces(value)).toString()

describe('JSON in pieces', () => {
  it('is what JSON.stringify writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => assert.equal(await textOf(value), JSON.stringify(value))),
    )
  })

  it('also of long lists, objects and texts, wherever they are', async () => {
    const fox = '🦊'.repeat(100_000)
    const long = {
      text: `a${fox}`,
      [fox]: `"\n${fox}\ud800`,
      numbers: Array.from({ length: 50_000 }, (_, i) => i / 7),
      mixed: [1, fox, [], [fox, {}], null, undefined, { a: undefined, b: fox }],
      rows: Array.from({ length: 9000 }, (_, i) => ({ name: `row ${i}`, box: [0, i, null] })),
      names: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`n${i}`, i])),
      left: undefined,
    }
    assert.ok((await textOf(long)) === JSON.stringify(long))
  })

  it('comes in pieces that take no time', async () => {
    const pieces = await jsonPieces({ text: 'x'.repeat(2e6), list: Array(500_000).fill('ab') })
    const longest = Math.max(...pieces.map(({ length }) => length))
    assert.ok(longest < 200_000, `${longest} bytes`)
  })

  it('is refused where it has to be written at once', () => {
    const fine = { numbers: Array(300_000).fill(0.5), picture: 'x'.repeat(1e6) }
    assert.equal(requireShort(fine), fine)
    assert.throws(
      () => requireShort({ text: 'x'.repeat(40e6) }),
      /too long to be sent in one message: ask for it over HTTP/,
    )
    assert.throws(() => requireShort(Array(400_000).fill(0.5)), /too long to be sent in one message/)
  })
})

describe('values on their way into JSON', () => {
  it('give others turns', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await toWire(Array.from({ length: 200_000 }, () => ({ box: [0, 1] })))
    clearInterval(timer)
    assert.ok(turns > 5, `${turns} turns`)
  })

  it('are refused by a sentence if they are too many or too long', async () => {
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
})
