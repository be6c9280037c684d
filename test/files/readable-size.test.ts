import assert from 'node:assert/strict'
import { readableSize } from '../../src/files/readable-size'

describe('a readable size', () => {
  it('has a useful number of digits, and the language’s decimal separator', () => {
    const sizes = [0, 1, 999, 1500, 999_400, 2.34e6, 79.4e6, 999e6, 1.25e9, 4.2e9]
    const english = ['0 kB', '1 kB', '1 kB', '2 kB', '999 kB', '2.3 MB', '79 MB', '999 MB', '1.3 GB', '4.2 GB']
    assert.deepEqual(
      sizes.map((bytes) => readableSize(bytes)),
      english,
    )
    assert.deepEqual(
      sizes.map((bytes) => readableSize(bytes, 'de')),
      english.map((size) => size.replace('.', ',')),
    )
    assert.equal(readableSize(2.34e6, 'ja'), '2.3 MB')
  })
})
