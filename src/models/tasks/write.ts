import { freshSeed, uniforms } from '../../random'
import { choose, likeliest, type Sampling } from '../text/choose'
import { type Called, createDecoder, type Decoder } from '../text/decoder'
import { type PlacesSpec, placedWords } from '../text/places'
import { repeating } from '../text/repeating'
import type { TokenizerApart } from '../text/tokenizer-apart'
import { prepareFeeds } from './feeds'
import { createLive } from './live'
import type { Job } from './task'

/** Settings of a step with the task `write`, in addition to `until`. */
export interface WriteSettings extends Partial<Sampling> {
  /** One of the variant's files. */
  tokenizer: string
  /** The tokens at the start of every text. */
  start?: number | number[]
  /** The name of the text to continue, which is an input or another step's result. */
  prompt?: string
  /** For files whose tensors don't have Optimum's names. */
  called?: Called
  /** The file that turns tokens into `inputs_embeds`, for decoders that take these in place of ids. */
  embed?: string
  /** No sequence of this many tokens is written twice. */
  noRepeat?: number
  /** The positions that the model writes in its text; they become boxes of the words before them. */
  places?: PlacesSpec
}

/**
 * Writes text with a decoder, token by token, under the name `to`. Its other feeds stay the same throughout.
 */
export async function write(job: Job): Promise<Record<string, unknown>> {
  const { variant, inputs, to = 'text', until = { end: 0, most: 1 } } = job
  const {
    tokenizer: file,
    start = [],
    prompt,
    called,
    temperature = 0,
    topK = 0,
    topP,
    embed,
    noRepeat,
    places,
  } = variant.settings as unknown as WriteSettings
  const { feeds } = await prepareFeeds(job)
  const tokenizer = job.tokenizer(file)
  const asked = prompt === undefined ? [] : await tokenizer.encode(inputs[prompt] as string)
  const decoder = await createDecoder(job, undefined, feeds, called, until.cache, embed)
  const most = Number(typeof until.most === 'string' ? inputs[until.most] : until.most)
  const random = uniforms((inputs.seed as number | string | undefined) ?? freshSeed())
  const named = async (tokens: number[]) => {
    if (!places) return { [to]: (await tokenizer.decode(tokens)).trim() }
    const { text, things } = await readPlaces(tokens, places, tokenizer)
    return { [to]: text, [places.to]: things }
  }
  const pick = (scores: Float32Array) =>
    temperature > 0 ? choose(scores, { temperature, topK, ...(topP && { topP }) }, random()) : likeliest(scores)
  const ends = [until.end].flat()
  return named(
    await writeTokens(
      job,
      decoder,
      [start, ...asked].flat(),
      { end: ends, most, ...(noRepeat && { noRepeat }) },
      named,
      pick,
    ),
  )
}

/** The text without positions, and a thing for each box, named by the words before it. */
async function readPlaces(tokens: number[], spec: PlacesSpec, tokenizer: TokenizerApart) {
  const parts = await Promise.all(
    placedWords(tokens, spec).map(async ({ words, boxes }) => ({
      said: (await tokenizer.decode(words)).trim(),
      boxes,
    })),
  )
  const text = parts.flatMap(({ said }) => said || []).join(', ')
  return { text, things: parts.flatMap(({ said, boxes }) => boxes.map((box) => ({ category: said, box }))) }
}

/** The tokens that the decoder writes after `begin`, until an end token or `most` tokens. */
export async function writeTokens(
  job: Job,
  decoder: Decoder,
  begin: readonly number[],
  { end, most, noRepeat = 0 }: { end: readonly number[]; most: number; noRepeat?: number },
  named: (tokens: number[]) => Promise<Record<string, unknown>>,
  pick: (scores: Float32Array) => number = likeliest,
): Promise<number[]> {
  const tokens: number[] = []
  const live = createLive(job, () => named(tokens))
  let fresh = [...begin]
  while (tokens.length < most) {
    const scores = await decoder.next(fresh)
    const token = pick(noRepeat > 0 ? withoutTokens(scores, repeating([...begin, ...tokens], noRepeat)) : scores)
    if (end.includes(token)) break
    tokens.push(token)
    await live()
    fresh = [token]
  }
  return tokens
}

function withoutTokens(scores: Float32Array, tokens: readonly number[]): Float32Array {
  const left = Float32Array.from(scores)
  for (const token of tokens) left[token] = Number.NEGATIVE_INFINITY
  return left
}
