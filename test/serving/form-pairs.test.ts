import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formPairs } from '../../src/serving/http/form-pairs'

describe('the pairs of a form', () => {
  const same = (body: Buffer) => assert.deepEqual([...formPairs(body)], [...new URLSearchParams(body.toString())])

  it('are those that a browser sends, and that this platform reads', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        // A lone half of a character cannot be written.
        const written = new URLSearchParams(pairs)
        assert.deepEqual([...formPairs(Buffer.from(String(written)))], [...new URLSearchParams(String(written))])
      }),
    )
  })

  it('are the same of whatever else is sent', () => {
    const pieces = fc.constantFrom('a', '=', '&', '+', '%', '%4', '%41', '%e6%9D%b1', '%zz', '%fF', '\0', '%00')
    fc.assert(
      fc.property(fc.array(pieces), (all) => same(Buffer.from(all.join('')))),
      { numRuns: 2000 },
    )
    for (const text of ['', '=', '&&', 'a', 'a=', '=a', 'a=b=c', '%', '%%41', '\ufeffa=\ufeffb'])
      same(Buffer.from(text))
  })
})
