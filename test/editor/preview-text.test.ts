import assert from 'node:assert/strict'
import { wrapText } from '../../src/editor/canvas/preview-text'

const measure = (line: string) => line.length

describe('wrapText', () => {
  const cases: [what: string, text: string, width: number, limit: number, lines: string[]][] = [
    ['keeps a short text whole', 'a cat', 10, 3, ['a cat']],
    ['breaks between words', 'a cat on a mat', 8, 3, ['a cat on', 'a mat']],
    ['fills a line to its end', 'ab cd', 5, 3, ['ab cd']],
    ['keeps line breaks', 'one\ntwo', 10, 3, ['one', 'two']],
    ['takes all white space between words as one space', 'a \t  b', 10, 3, ['a b']],
    ['cuts a word that is too long', 'abcdefghij', 4, 3, ['abcd', 'efgh', 'ij']],
    ['starts a long word on a line of its own', 'a bcdefg', 4, 3, ['a', 'bcde', 'fg']],
    ['ends in an ellipsis what does not fit', 'aa bb cc dd', 2, 3, ['aa', 'bb', 'c…']],
    ['makes room for the ellipsis', 'aaaa bbbb cccc', 9, 1, ['aaaa bbb…']],
    ['has a line for nothing', '', 9, 3, ['']],
    ['goes on where not even one character fits', 'ab', 0, 3, ['a', 'b']],
  ]
  for (const [what, text, width, limit, lines] of cases) {
    it(what, () => assert.deepEqual(wrapText(text, width, limit, measure), lines))
  }

  it('never gives more or wider lines than requested, whatever the text', () => {
    const texts = ['x'.repeat(5000), 'word '.repeat(2000), '\n'.repeat(300), '日本語の文章です。'.repeat(100)]
    for (const text of texts) {
      const lines = wrapText(text, 20, 3, measure)
      assert.ok(lines.length <= 3)
      assert.ok(lines.every((line) => line.length <= 20))
    }
  })
})
