import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeLoosely } from '../../src/types/encoded-picture'

/** Decodes strictly, as browsers do. */
function strictly(text: string): number[] | null {
  try {
    return Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

describe('base64', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'AZaz09+/-_=\n é') })
  const whole = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))
  const cut = fc.tuple(whole, fc.nat(8)).map(([text, from]) => text.slice(from))
  const mixed = fc.tuple(whole, letters).map(([text, more]) => text + more)

  it('is decoded as in browsers, and refused where they refuse it', () => {
    const decodes = (text: string) => {
      const bytes = decodeLoosely(text)
      assert.deepEqual(bytes && [...bytes], strictly(text), JSON.stringify(text))
    }
    fc.assert(fc.property(fc.oneof(letters, whole, cut, mixed), decodes), { numRuns: 3000 })
    for (const text of [
      '',
      '=',
      '==',
      'A',
      'AA',
      'AA=',
      'AA==',
      'AAA=',
      'AAAA=',
      'AA==AA',
      'A===',
      'AAA==',
      'AAAA====',
    ])
      decodes(text)
  })
})
