import { readFileSync, statSync } from 'node:fs'

/** Texts to token ids and back. */
export interface Tokenizer {
  encode(text: string): number[]
  /** Special tokens (ends of texts) are left out, bytes that are no text become �. */
  decode(ids: Iterable<number>): string
  /** How many tokens there are. */
  readonly size: number
}

/** The parts of a Hugging Face `tokenizer.json` that byte-level BPE needs. */
interface TokenizerFile {
  added_tokens?: { id: number; content: string; special?: boolean }[]
  model: { type?: string; vocab: Record<string, number>; merges: (string | [string, string])[] }
}

/** GPT-2's words: contractions, words, numbers and signs with the space before them, and other white space. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

const cache = new Map<string, { changed: number; tokenizer: Tokenizer }>()

/** Reads a byte-level BPE `tokenizer.json`, once while it does not change. @throws Error in a sentence */
export function loadTokenizer(path: string): Tokenizer {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (changed === undefined) throw new Error(`There is no tokenizer ${path}.`)
  const known = cache.get(path)
  if (known?.changed === changed) return known.tokenizer
  const tokenizer = createTokenizer(JSON.parse(readFileSync(path, 'utf8')) as TokenizerFile)
  cache.set(path, { changed, tokenizer })
  return tokenizer
}

export function createTokenizer({ added_tokens = [], model }: TokenizerFile): Tokenizer {
  if (model.type !== undefined && model.type !== 'BPE')
    throw new Error(`A tokenizer of type ${model.type} is not known.`)
  const ids = new Map(Object.entries(model.vocab))
  const tokens: string[] = []
  for (const [token, id] of ids) tokens[id] = token
  const special = new Set(added_tokens.filter((token) => token.special).map(({ id }) => id))
  const ranks = new Map(model.merges.map((merge, rank) => [typeof merge === 'string' ? merge : merge.join(' '), rank]))
  const letters = byteLetters()
  const bytes = new Map(letters.map((letter, byte) => [letter, byte]))

  function encodeWord(word: string): number[] {
    let parts = Array.from(Buffer.from(word), (byte) => letters[byte] as string)
    while (parts.length > 1) {
      const pairs = parts.slice(1).map((right, i) => `${parts[i]} ${right}`)
      const best = pairs.reduce((least, pair) => (rankOf(pair) < rankOf(least) ? pair : least))
      if (!ranks.has(best)) break
      parts = merge(parts, best)
    }
    return parts.flatMap((part) => ids.get(part) ?? [])
  }

  const rankOf = (pair: string) => ranks.get(pair) ?? Number.POSITIVE_INFINITY

  return {
    size: tokens.length,
    encode: (text) => (text.match(WORDS) ?? []).flatMap(encodeWord),
    decode(sequence) {
      const spelled = Array.from(sequence, (id) => (special.has(id) ? '' : (tokens[id] ?? ''))).join('')
      return Buffer.from(Array.from(spelled, (letter) => bytes.get(letter) ?? 0x20)).toString('utf8')
    },
  }
}

/** Joins every occurrence of a pair, from the left. */
function merge(parts: string[], pair: string): string[] {
  const merged: string[] = []
  for (let i = 0; i < parts.length; i++) {
    if (i + 1 < parts.length && `${parts[i]} ${parts[i + 1]}` === pair) merged.push(`${parts[i]}${parts[++i]}`)
    else merged.push(parts[i] as string)
  }
  return merged
}

/** GPT-2's printable letter for each byte. */
function byteLetters(): string[] {
  const isShown = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173)
  let hidden = 0
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isShown(byte) ? byte : 256 + hidden++))
}
