import assert from 'node:assert/strict'
import { sentencesOf } from '../../src/sounds'

describe('sentences that are spoken', () => {
  const cases: [text: string, sentences: string[][]][] = [
    [
      'Hello there, cat. Bye!',
      [
        ['Hello there', ',', ' cat', '.'],
        [' Bye', '!'],
      ],
    ],
    ['It is 3.14 at 10:30, 1,000 times', [['It is 3.14 at 10:30', ',', ' 1,000 times']]],
    ['Dr. Smith met Mrs. Jones, e.g. here. So', [['Dr. Smith met Mrs. Jones', ',', ' e.g. here', '.'], [' So']]],
    [
      'So am I. You too.',
      [
        ['So am I', '.'],
        [' You too', '.'],
      ],
    ],
    [
      'She said: “Go home!” Then…',
      [
        ['She said', ':', ' ', '“', 'Go home', '!”'],
        [' Then', '…'],
      ],
    ],
    ['one\ntwo\r\n\r\nthree', [['one'], ['two'], ['three']]],
    [
      '你好。再见！',
      [
        ['你好', '.'],
        [' 再见', '!'],
      ],
    ],
    ['नमस्ते। फिर', [['नमस्ते', '.'], ['  फिर']]],
    [
      '¿Qué? «Oui»...',
      [
        ['Qué', '?'],
        ['“', 'Oui', '”…'],
      ],
    ],
    ['wait - what', [['wait ', '—', ' what']]],
    ['https://a.b/c?d=e is a place', [['https://a.b/c?d=e is a place']]],
    ['', []],
    [' \n ', []],
    ['...', [['…']]],
  ]
  for (const [text, sentences] of cases)
    it(`“${text.replace(/\s+/g, ' ')}”`, () => assert.deepEqual(sentencesOf(text), sentences))

  it('splits long text without punctuation, and punctuation without text, at once', () => {
    assert.equal(sentencesOf('word '.repeat(4000)).length, 1)
    assert.equal(sentencesOf('. '.repeat(10_000)).length, 10_000)
    assert.equal(sentencesOf('a.b.'.repeat(5000)).length, 1)
  })
})
