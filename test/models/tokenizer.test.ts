import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createTokenizer, loadTokenizer } from '../../src/models/tokenizer'

/** A vocabulary of all 256 bytes, and a few merges. */
const letters = (() => {
  const shown = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let hidden = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(shown(byte) ? byte : hidden++))
})()
const vocab = Object.fromEntries(
  ['<|endoftext|>', ...letters, 'th', 'the', 'Ġthe', 'he'].map((token, id) => [token, id]),
)
const tokenizer = createTokenizer({
  added_tokens: [{ id: 0, content: '<|endoftext|>', special: true }],
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    vocab,
    merges: [
      ['t', 'h'],
      ['th', 'e'],
      ['Ġ', 'the'],
      ['h', 'e'],
    ],
  },
})
const names = (text: string) =>
  tokenizer.encode(text).map((id) => Object.keys(vocab).find((token) => vocab[token] === id))

describe('tokenizer', () => {
  it('merges by rank, within words that include the space before them', () => {
    assert.deepEqual(names('the the'), ['the', 'Ġthe'])
    assert.deepEqual(names('hethe'), ['he', 'the'])
    assert.deepEqual(names('t he'), ['t', 'Ġ', 'he'])
    assert.deepEqual(names(''), [])
  })

  it('reads text in several scripts as CLIP does', () => {
    const root = resolve(__dirname, '../../..')
    const clip = loadTokenizer(`${root}/models/attngan/clip.json`)
    const golden = JSON.parse(readFileSync(`${root}/test/fixtures/texts/clip.json`, 'utf8')) as [string, number[]][]
    assert.ok(golden.length >= 10)
    for (const [text, ids] of golden) assert.deepEqual(clip.encode(text, true), ids, text)
  })

  it('splits numbers, punctuation and contractions as GPT-2 does', () => {
    assert.deepEqual(names("it's 42!").join('|'), "i|t|'|s|Ġ|4|2|!")
  })

  it('returns any text unchanged', () => {
    for (const text of ['plain', ' two  spaces ', 'né à l’été', '日本語 🐈', 'tab\tand\nline', '_under_score_']) {
      assert.equal(tokenizer.decode(tokenizer.encode(text)), text)
    }
  })

  it('leaves special tokens out, and shows invalid bytes as such', () => {
    assert.equal(tokenizer.decode([0, vocab.the as number, 0]), 'the')
    assert.equal(tokenizer.decode([tokenizer.encode('é')[0] as number]), '�')
  })

  it('refuses invalid files', () => {
    assert.throws(() => createTokenizer({}), /model/)
    assert.throws(() => loadTokenizer(__filename), /tokenizer\.test\.js isn't a tokenizer that Daisychain can read/)
    assert.throws(() => loadTokenizer('/nowhere/tokenizer.json'), /There isn't a tokenizer \/nowhere/)
  })
})
