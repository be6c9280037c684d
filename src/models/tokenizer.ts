import { existsSync } from 'node:fs'
import { readTextFile, whileUnchanged } from '../files'

// The library has a CommonJS build, but its types are only for the ES module.
const { Tokenizer: HuggingFaceTokenizer } =
  require('@huggingface/tokenizers') as typeof import('@huggingface/tokenizers', { with: {
    'resolution-mode': 'import',
  }})

/** Converts text to token ids and back. */
export interface Tokenizer {
  /**
   * @param whole adds the special tokens that belong around text, such as [CLS] and [SEP], if the tokenizer
   * has any
   */
  encode(text: string, whole?: boolean): number[]
  /** Special tokens, such as the one that ends text, are omitted. Invalid UTF-8 becomes �. */
  decode(ids: Iterable<number>): string
}

/** Tokenizers with the largest vocabularies have about 40 MB. */
export const MAX_TOKENIZER_BYTES = 100e6

/**
 * Reads a `tokenizer.json` in Hugging Face's format. It is cached until the file changes.
 * @throws Error with a message for users
 */
export const loadTokenizer = whileUnchanged((path): Tokenizer => {
  if (!existsSync(path)) throw new Error(`There isn't a tokenizer ${path}.`)
  try {
    return createTokenizer(JSON.parse(readTextFile(path, MAX_TOKENIZER_BYTES)))
  } catch (error) {
    throw new Error(`${path} isn't a tokenizer that Daisychain can read: ${(error as Error).message}`)
  }
})

/** Fields that the library requires although the format makes them optional. */
const PARTS = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [] }

interface Merged {
  model?: { letters?: string[]; merges?: string[]; vocab?: Record<string, number> }
  added_tokens: readonly { content: string }[]
}

/**
 * Rebuilds a vocabulary that was removed to save space, three fifths of a large file. If the model has
 * `letters` in its place, the tokens are the letters, the results of the merges, and the added tokens, in
 * this order.
 */
function withVocabulary<F extends Merged>(file: F): F {
  const { letters, merges = [], ...model } = file.model ?? {}
  if (!letters) return file
  const made = merges.map((merge) => merge.replace(' ', ''))
  const tokens = [...letters, ...made, ...file.added_tokens.map(({ content }) => content)]
  return { ...file, model: { ...model, merges, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])) } }
}

export function createTokenizer(file: object): Tokenizer {
  const tokenizer = new HuggingFaceTokenizer(withVocabulary({ ...PARTS, ...file }), {})
  return {
    encode: (text, whole = false) =>
      text === '' && !whole ? [] : tokenizer.encode(text, { add_special_tokens: whole }).ids,
    decode(sequence) {
      const ids = [...sequence]
      const options = { skip_special_tokens: true, clean_up_tokenization_spaces: false }
      return ids.length === 0 ? '' : tokenizer.decode(ids, options)
    },
  }
}
