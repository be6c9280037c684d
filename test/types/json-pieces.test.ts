import assert from 'node:assert/strict'
import fc from 'fast-check'
import { jsonPieces } from '../../src/types/json-pieces'

const textOf = async (value: unknown) => Buffer.concat(await jsonPieces(value)).toString()

describe('JSON in pieces', () => {
  it('equals the output of JSON.stringify', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => assert.equal(await textOf(value), JSON.stringify(value))),
    )
  })

  it('also for long lists, objects and strings, anywhere', async () => {
    const fox = '🦊'.repeat(100_000)
    const long = {
      text: `a${fox}`,
      [fox]: `"\n${fox}\ud800`,
      numbers: Array.from({ length: 50_000 }, (_, i) => i / 7),
      mixed: [1, fox, [], [fox, {}], null, undefined, { a: undefined, b: fox }],
      rows: Array.from({ length: 9000 }, (_, i) => ({ name: `row ${i}`, box: [0, i, null] })),
      dates: { [fox]: new Date(0), list: Array(20_000).fill(new Date(0)) },
      names: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`n${i}`, i])),
      left: undefined,
    }
    assert.ok((await textOf(long)) === JSON.stringify(long))
  })

  it('comes in pieces that are each made quickly', async () => {
    const pieces = await jsonPieces({ text: 'x'.repeat(2e6), list: Array(500_000).fill('ab') })
    const longest = Math.max(...pieces.map(({ length }) => length))
    assert.ok(longest < 200_000, `${longest} bytes`)
  })
})
