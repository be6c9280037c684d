import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readTextFile } from '../files'
import { createTokenizer, MAX_TOKENIZER_BYTES } from '../models/tokenizer'
import { reason } from './reason'

/** Information from the tokenizer next to a model, and from its configuration. */
export interface TextFacts {
  /** The tokenizer's file. */
  tokenizer: string
  /** How many different tokens there are. */
  size: number
  pad: number
  /** The tokens that end text, and the token that the tokenizer puts before every text. */
  ends: number[]
  start?: number
  /** Whether there is a mask token: the model then fills gaps instead of continuing text. */
  hasGaps: boolean
  /** The maximum number of tokens the model can see, if stated anywhere. */
  longest?: number
}

const TOKENIZER = 'tokenizer.json'
const END =
  /^(<\|endoftext\|>|<\|im_end\|>|<\|eot_id\|>|<\|end_of_text\|>|<\|end\|>|<end_of_turn>|<\/s>|<eos>|\[EOS\])$/

/** The number of tokens that nearly every model can see, used if no file states it. */
const LONGEST = 256
/**
 * A limit for models that can see a whole book: enough tokens to continue from, and few enough to fit into
 * memory.
 */
const ENOUGH = 4096

interface TokenizerFile {
  added_tokens?: { id: number; content: string }[]
  model?: { vocab?: Record<string, number> | unknown[] }
  truncation?: { max_length?: number } | null
}

/** Reads the files next to a text model, as Hugging Face places them. Undefined if there is no readable tokenizer. */
export function readTextFacts(model: string): TextFacts | undefined {
  const read = (name: string) => readJson(join(dirname(model), name))
  const file = read(TOKENIZER) as TokenizerFile | undefined
  if (!file) return undefined
  const whole = wholeOf(file)
  if (!whole) return undefined
  const added = file.added_tokens ?? []
  const vocab = file.model?.vocab ?? {}
  const ids = [...(Array.isArray(vocab) ? [vocab.length - 1] : Object.values(vocab)), ...added.map(({ id }) => id)]
  const called = (pattern: RegExp) => added.filter(({ content }) => pattern.test(content)).map(({ id }) => id)
  const config = { ...read('config.json'), ...read('generation_config.json') }
  const ends = numbersIn(config.eos_token_id)
  const longest = [
    file.truncation?.max_length,
    read('tokenizer_config.json')?.model_max_length,
    config.n_positions,
    config.max_position_embeddings,
  ].find((size): size is number => typeof size === 'number' && size > 0 && size < 1e7)
  const [start] = whole
  return {
    tokenizer: TOKENIZER,
    size: ids.reduce((most, id) => Math.max(most, id + 1), 0),
    pad: called(/^(\[PAD\]|<pad>|<\|pad\|>)$/i)[0] ?? 0,
    ends: ends.length > 0 ? ends : called(END),
    hasGaps: called(/^(\[MASK\]|<mask>)$/i).length > 0,
    ...(start !== undefined && whole.length === 1 && { start }),
    ...(longest !== undefined && { longest }),
  }
}

/**
 * The fault of the tokenizer next to a model, for example “it is empty”; null if there is no fault or no
 * tokenizer.
 */
export function tokenizerFault(model: string): string | null {
  const path = join(dirname(model), TOKENIZER)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return null
  if (!stat.isFile() || stat.size > MAX_TOKENIZER_BYTES) return reason`isn't a tokenizer`
  const text = readTextFile(path, MAX_TOKENIZER_BYTES).trim()
  if (text === '') return reason`is empty`
  if (text.startsWith('version https://git-lfs'))
    return reason`is only a pointer to the file, as Git keeps for large ones`
  if (readJson(path)) return reason`cannot be read`
  return text.startsWith('{') && !text.endsWith('}') ? reason`breaks off` : reason`isn't a tokenizer`
}

/** The number of tokens of text that a model is given. */
export function longestOf({ longest = LONGEST }: TextFacts): number {
  return Math.min(longest, ENOUGH)
}

/** The tokens around empty text; null if the file isn't a tokenizer. */
function wholeOf(file: object): number[] | null {
  try {
    return createTokenizer(file).encode('', true)
  } catch {
    return null
  }
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readTextFile(path, MAX_TOKENIZER_BYTES))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function numbersIn(value: unknown): number[] {
  return [value].flat().filter((each): each is number => Number.isInteger(each))
}
