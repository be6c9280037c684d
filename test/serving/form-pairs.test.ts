import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formPairs } from '../../src/serving/http/form-pairs'

describe('the pairs of a form', () => {
  async function read(body: Buffer): Promise<[string, string][]> {
    const pairs: [string, string][] = []
    for await (const pair of formPairs(body)) pairs.push(pair)
    return pairs
  }
  const same = async (body: Buffer) => assert.deepEqual(await read(body), [...new URLSearchParams(body.toString())])

  it('are those that browsers send, and that this platform reads', async () => {
    const text = fc.string({ unit: 'binary' })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text)), async (pairs) => {
        // Half of a surrogate pair can't be encoded.
        const written = new URLSearchParams(pairs)
        assert.deepEqual(await read(Buffer.from(String(written))), [...new URLSearchParams(String(written))])
      }),
    )
  })

  it('are the same for any other input', async () => {
    const pieces = fc.constantFrom('a', '=', '&', '+', '%', '%4', '%41', '%e6%9D%b1', '%zz', '%fF', '\0', '%00')
    await fc.assert(
      fc.asyncProperty(fc.array(pieces), (all) => same(Buffer.from(all.join('')))),
      { numRuns: 2000 },
    )
    for (const text of ['', '=', '&&', 'a', 'a=', '=a', 'a=b=c', '%', '%%41', '\ufeffa=\ufeffb'])
      await same(Buffer.from(text))
  })
})
