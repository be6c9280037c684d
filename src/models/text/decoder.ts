import { randomUUID } from 'node:crypto'
import type { EngineError, Feed, Fetch, FetchedTensor, GivenFeed, TensorInfo } from '../../engine'
import { numbersFeed } from '../feed'
import type { Job } from '../tasks/task'

/** Gives the scores of the token that comes next, token by token. */
export interface Decoder {
  /** Takes tokens that follow those before, and gives the scores after the last of them. */
  next(tokens: number[]): Promise<Float32Array>
  /** Forgets all tokens. */
  reset(): void
}

/** Cache inputs, and the outputs that they become in the next run; `*` stands for whatever both have in common. */
export type Caches = Record<string, string>
const CACHES: Caches = { 'past_key_values.*': 'present.*' }

/** Optimum's names for the tensors of text. Other files may use other names. */
const NAMES = { ids: 'input_ids', mask: 'attention_mask', positions: 'position_ids', logits: 'logits' }
/** What such a file makes of tokens, and a decoder takes in the place of ids. */
const EMBEDS = 'inputs_embeds'
export type Called = Partial<typeof NAMES>

/**
 * Runs a text decoder by the names that Hugging Face's Optimum exports: `input_ids`, and where the file has them
 * `attention_mask`, `position_ids`, `cache_position`, `use_cache_branch` and `past_key_values.*`, which go on as `present.*`; gives `logits`.
 * Without a cache all tokens are run again each time.
 *
 * @param file one of the variant's; default its main file
 * @param more further feeds, the same each time, for instance what an encoder has seen
 * @param called where the file has other names
 * @param embed the file that turns tokens into numbers, for a decoder that takes those (`inputs_embeds`) instead of ids
 * @param caches where its caches are called otherwise, or it has others besides, such as the states of convolutions
 */
export async function createDecoder(
  job: Job,
  file?: string,
  more: Record<string, GivenFeed> = {},
  called: Called = {},
  caches: Caches = CACHES,
  embed?: string,
): Promise<Decoder> {
  const { ids, mask, positions, logits } = { ...NAMES, ...called }
  const { inputs, device } = await job.describe(file)
  const presentOf = (name: string) => presentIn(caches, name)
  const past = inputs.filter(({ name }) => presentOf(name) !== undefined)
  const has = (wanted: string) => inputs.some((input) => input.name === wanted)
  const dtypeOf = (wanted: string) => inputs.find((input) => input.name === wanted)?.dtype ?? 'int64'
  const row = (tensor: string, numbers: number[]) => numbersFeed(dtypeOf(tensor), [1, numbers.length], numbers)
  /** Caches, and what an encoder has seen, are large: where they can stay beside the model, they aren't sent there and back. */
  const stays = past.length > 0 && device !== undefined && device !== 'server'
  const key = randomUUID()
  let seen: number[] = []
  let cache: Record<string, Feed> = {}

  function reset(): void {
    seen = []
    cache = Object.fromEntries(past.map((input) => [input.name, nothing(input)]))
  }

  async function next(tokens: number[]): Promise<Float32Array> {
    const before = past.length > 0 ? seen.length : 0
    seen = [...seen, ...tokens]
    try {
      return await run(before)
    } catch (error) {
      if ((error as EngineError).code !== 'forgotten') throw error
      // Its memory was needed, or it was loaded anew: all tokens once more.
      return run(0)
    }
  }

  /** Runs all tokens but the first ones, whose caches there are. */
  async function run(before: number): Promise<Float32Array> {
    const fresh = seen.slice(before)
    const places = Array.from(fresh.keys(), (i) => before + i)
    const asked = embed === undefined ? { [ids]: row(ids, fresh) } : { [EMBEDS]: await embedded(job, embed, fresh) }
    const goesOn = before > 0
    const feeds: Record<string, GivenFeed> = { ...(stays && goesOn ? {} : { ...more, ...cache }), ...asked }
    if (has(mask)) feeds[mask] = row(mask, new Array(seen.length).fill(1))
    if (has(positions)) feeds[positions] = row(positions, places)
    if (has('cache_position')) feeds.cache_position = numbersFeed('int64', [fresh.length], places)
    if (has('use_cache_branch')) feeds.use_cache_branch = numbersFeed('bool', [1], [Number(goesOn)])
    // What a decoder looks up in the encoder's output stays what it was in the first run.
    const changing = goesOn ? past.filter(({ name }) => !name.includes('.encoder.')) : past
    const presents = changing.map(({ name }) => [name, presentOf(name) as string] as const)
    const fetches: Record<string, Fetch> = { [logits]: { kind: 'tensor', last: true } }
    if (stays) {
      const becomes = Object.fromEntries(presents)
      const carry = { key, becomes, ...(!goesOn && { stays: Object.keys(more) }), goesOn }
      const made = (await job.run(feeds, fetches, file, carry)) as Record<string, FetchedTensor>
      return (made[logits] as FetchedTensor).data as Float32Array
    }
    for (const [, present] of presents) fetches[present] = { kind: 'tensor' }
    const made = (await job.run(feeds, fetches, file)) as Record<string, FetchedTensor>
    for (const [tensor, present] of presents) {
      const { dims, data } = made[present] as FetchedTensor
      cache[tensor] = { kind: 'tensor', dtype: dtypeOf(tensor), dims, data }
    }
    return (made[logits] as FetchedTensor).data as Float32Array
  }

  reset()
  return { next, reset }
}

async function embedded(job: Job, file: string, tokens: readonly number[]): Promise<GivenFeed> {
  const ids = numbersFeed('int64', [1, tokens.length], tokens)
  const made = await job.run({ [NAMES.ids]: ids }, { [EMBEDS]: { kind: 'tensor' } }, file)
  const { dtype, dims, data } = made[EMBEDS] as FetchedTensor
  return { kind: 'tensor', dtype, dims, data }
}

/** A cache of no tokens: the batch is one, the other sizes that may vary are the number of tokens. */
function nothing({ dtype, shape }: TensorInfo): Feed {
  const dims = shape.map((size, i) => (typeof size === 'number' ? size : i === 0 ? 1 : 0))
  return numbersFeed(dtype, dims, [0])
}

/** The output that a cache input is in the run before; undefined if it isn't a cache. */
function presentIn(caches: Caches, name: string): string | undefined {
  for (const [past, present] of Object.entries(caches)) {
    const [before = '', after = ''] = past.split('*')
    const isLong = name.length >= before.length + after.length
    if (!past.includes('*') ? name !== past : !isLong || !name.startsWith(before) || !name.endsWith(after)) continue
    return present.replace('*', () => name.slice(before.length, name.length - after.length))
  }
  return undefined
}
