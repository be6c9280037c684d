import { randomUUID } from 'node:crypto'
import type { Carry, EngineError, Feed, Fetch, FetchedTensor, GivenFeed, TensorInfo } from '../../engine'
import { FOR_ANOTHER_RUN, fedOn } from '../between-runs'
import { numbersFeed } from '../numbers-feed'
import type { Job } from '../tasks/task'
import { type StepTensors, stepFeeds } from './step-feeds'

/** Computes the scores for the next token. */
export interface Decoder {
  /** Appends tokens to the previous ones, and returns the scores after the last one. */
  next(tokens: number[]): Promise<Float32Array>
  /**
   * Appends tokens to the previous ones, and continues the text by at least one token. If the decoder runs in
   * a lane with its caches, it writes as many tokens as it can within `AT_A_TIME`.
   */
  writeOn<T extends Told>(tokens: number[], rule: Rule<T>): Promise<T[]>
  /** Forgets all tokens. */
  reset(): void
}

interface Told {
  token: number
}

/** How the next token is chosen. */
export interface Rule<T extends Told> {
  /** Used in this process: returns the token, and anything else to report about it. */
  next(scores: Float32Array): T
  /** Used in the lane: the path of a module that does the same; see the engine's `Follow`. */
  program: string
  /** Passed to that module as `rule`, next to `tensors` (`StepTensors`), `seen` and `scores`. */
  about: object
}

/**
 * How many milliseconds a lane writes for one caller before others get a turn and the unfinished text can be
 * shown.
 */
const AT_A_TIME = 200

/**
 * Cache inputs → the outputs that become their values in the next run; `*` is the common part of both names.
 */
export type Caches = Record<string, string>
const CACHES: Caches = { 'past_key_values.*': 'present.*' }

/** The tensor names in files exported by Optimum. Other files may use different names. */
const NAMES = { ids: 'input_ids', mask: 'attention_mask', positions: 'position_ids', logits: 'logits' }
/** The tensor of token embeddings that such a file outputs, and that some decoders take in place of ids. */
const EMBEDS = 'inputs_embeds'
export type Called = Partial<typeof NAMES>

/**
 * Runs a text decoder with the tensor names of Hugging Face's Optimum. Inputs are `input_ids` and, if the
 * file has them, `attention_mask`, `position_ids`, `cache_position`, `use_cache_branch` and the caches
 * `past_key_values.*`, whose new values are the outputs `present.*`. The scores are the output `logits`.
 * Without a cache, every step runs all tokens again.
 *
 * @param file one of the variant's files; by default its main file
 * @param more further feeds that stay the same, such as an encoder's output
 * @param called the tensor names, if they differ
 * @param embed the file that turns tokens into embeddings, for a decoder with the input `inputs_embeds`
 * @param caches the names of the caches, if they differ or there are more, such as the states of convolutions
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
  const has = (wanted: string) => inputs.find((input) => input.name === wanted)
  const tensors: StepTensors = {
    ids: embed === undefined ? (has(ids) ?? { name: ids, dtype: 'int64' }) : undefined,
    mask: has(mask),
    positions: has(positions),
    cachePosition: has('cache_position'),
    usesCache: has('use_cache_branch'),
  }
  /** Caches and an encoder's output are large, so they stay in the model's lane if possible. */
  const stays = past.length > 0 && device !== undefined && device !== 'server'
  const key = randomUUID()
  let seen: number[] = []
  let cache: Record<string, GivenFeed> = {}

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
      return again(error)
    }
  }

  /** If the lane has freed the caches or reloaded the file, all tokens are run again. */
  function again(error: unknown): Promise<Float32Array> {
    if ((error as EngineError).code !== 'forgotten') throw error
    return run(0)
  }

  async function writeOn<T extends Told>(tokens: number[], { next: choose, program, about }: Rule<T>): Promise<T[]> {
    const before = seen.length
    if (!stays || before === 0 || embed !== undefined) return [choose(await next(tokens))]
    seen = [...seen, ...tokens]
    try {
      const told = { rule: about, tensors, seen: seen.length, scores: logits }
      const followUp = { program, about: told, limit: AT_A_TIME }
      const said = await job.runOn<T>(
        stepFeeds(tensors, before, tokens),
        scoresOf(logits),
        file,
        carryOf(true),
        followUp,
      )
      seen.push(...said.slice(0, -1).map(({ token }) => token))
      return said
    } catch (error) {
      return [choose(await again(error))]
    }
  }

  /** Which tensors stay in the lane for the next run. */
  function carryOf(goesOn: boolean): Carry {
    const becomes = Object.fromEntries(presents(goesOn))
    return { key, becomes, ...(!goesOn && { stays: Object.keys(more) }), goesOn }
  }

  /**
   * Cache inputs and their outputs. Cross-attention caches only depend on the encoder's output, so they are
   * kept from the first run.
   */
  function presents(goesOn: boolean): [input: string, output: string][] {
    const changing = goesOn ? past.filter(({ name }) => !name.includes('.encoder.')) : past
    return changing.map(({ name }) => [name, presentOf(name) as string])
  }

  /** Runs all tokens except the first `before`, which are cached. */
  async function run(before: number): Promise<Float32Array> {
    const fresh = seen.slice(before)
    const goesOn = before > 0
    const feeds: Record<string, GivenFeed> = {
      ...(stays && goesOn ? {} : { ...more, ...cache }),
      ...(embed !== undefined && { [EMBEDS]: await embedded(job, embed, fresh) }),
      ...stepFeeds(tensors, before, fresh),
    }
    const fetches: Record<string, Fetch> = scoresOf(logits)
    if (stays) {
      const made = await job.run(feeds, fetches, file, carryOf(goesOn))
      return (made[logits] as FetchedTensor).data as Float32Array
    }
    for (const [, present] of presents(goesOn)) fetches[present] = FOR_ANOTHER_RUN
    const made = (await job.run(feeds, fetches, file)) as Record<string, FetchedTensor>
    for (const [tensor, present] of presents(goesOn))
      cache[tensor] = fedOn(made[present] as FetchedTensor, has(tensor)?.dtype)
    return (made[logits] as FetchedTensor).data as Float32Array
  }

  reset()
  return { next, writeOn, reset }
}

/** Only the last token's scores are needed. */
function scoresOf(logits: string): Record<string, Fetch> {
  return { [logits]: { kind: 'tensor', last: true } }
}

async function embedded(job: Job, file: string, tokens: readonly number[]): Promise<GivenFeed> {
  const ids = numbersFeed('int64', [1, tokens.length], tokens)
  const made = await job.run({ [NAMES.ids]: ids }, { [EMBEDS]: FOR_ANOTHER_RUN }, file)
  return fedOn(made[EMBEDS] as FetchedTensor)
}

/**
 * An empty cache: the first free dimension is the batch of 1; the others depend on the number of tokens,
 * which is 0.
 */
function nothing({ dtype, shape }: TensorInfo): Feed {
  const dims = shape.map((size, i) => (typeof size === 'number' ? size : i === 0 ? 1 : 0))
  return numbersFeed(dtype, dims, [0])
}

/** The output that holds the new value of a cache input; undefined if the input isn't a cache. */
function presentIn(caches: Caches, name: string): string | undefined {
  for (const [past, present] of Object.entries(caches)) {
    const [before = '', after = ''] = past.split('*')
    const isLong = name.length >= before.length + after.length
    if (!past.includes('*') ? name !== past : !isLong || !name.startsWith(before) || !name.endsWith(after)) continue
    return present.replace('*', () => name.slice(before.length, name.length - after.length))
  }
  return undefined
}
