import { randomUUID } from 'node:crypto'
import type { Carry, EngineError, Feed, Fetch, FetchedTensor, GivenFeed, TensorInfo } from '../../engine'
import { FOR_ANOTHER_RUN, fedOn } from '../between-runs'
import { numbersFeed } from '../numbers-feed'
import type { Job } from '../tasks/task'
import { type StepTensors, stepFeeds } from './step-feeds'

/** Returns the next token's scores, token by token. */
export interface Decoder {
  /** Takes tokens that follow the previous ones, and returns the scores after the last of them. */
  next(tokens: number[]): Promise<Float32Array>
  /**
   * Takes tokens that follow the previous ones, and continues the text: at least one token, and if the decoder runs in
   * a lane with its caches there, as many as it can in a short while.
   */
  writeOn<T extends Told>(tokens: number[], rule: Rule<T>): Promise<T[]>
  /** Forgets all tokens. */
  reset(): void
}

interface Told {
  token: number
}

/** How the next token is found. */
export interface Rule<T extends Told> {
  /** In this process: the token, and anything else to report about it. */
  next(scores: Float32Array): T
  /** In the lane: the path of a module that does the same, see the engine's `Follow`. */
  program: string
  /** Passed to it as `rule`, in addition to `tensors` (`StepTensors`), `seen` and `scores`. */
  about: object
}

/** Milliseconds that a lane keeps writing for one caller: then others get a turn, and the text so far can be shown. */
const AT_A_TIME = 200

/** Cache inputs, and the outputs that they become in the next run; `*` is the common part of both names. */
export type Caches = Record<string, string>
const CACHES: Caches = { 'past_key_values.*': 'present.*' }

/** Optimum's names for the tensors of text. Other files may use other names. */
const NAMES = { ids: 'input_ids', mask: 'attention_mask', positions: 'position_ids', logits: 'logits' }
/** What such a file makes from tokens, and a decoder takes instead of ids. */
const EMBEDS = 'inputs_embeds'
export type Called = Partial<typeof NAMES>

/**
 * Runs a text decoder by the names that Hugging Face's Optimum exports: `input_ids`, and, if the file has them,
 * `attention_mask`, `position_ids`, `cache_position`, `use_cache_branch` and `past_key_values.*`, which continue as
 * `present.*`; returns `logits`. Without a cache, all tokens are run again each time.
 *
 * @param file one of the variant's; default its main file
 * @param more further feeds, the same each time, for instance what an encoder has seen
 * @param called where the file has other names
 * @param embed the file that turns tokens into numbers, for a decoder that takes those (`inputs_embeds`) instead of ids
 * @param caches if its caches have other names, or it has additional ones, such as the states of convolutions
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
  /** Caches, and an encoder's output, are large: if they can stay with the model, they aren't sent back and forth. */
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

  /** If the lane's memory was needed for others, or the file was reloaded, all tokens are run again. */
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

  /** What stays in the lane for the next run. */
  function carryOf(goesOn: boolean): Carry {
    const becomes = Object.fromEntries(presents(goesOn))
    return { key, becomes, ...(!goesOn && { stays: Object.keys(more) }), goesOn }
  }

  /** Cache inputs and their outputs. Cross-attention caches of the encoder's output stay as in the first run. */
  function presents(goesOn: boolean): [input: string, output: string][] {
    const changing = goesOn ? past.filter(({ name }) => !name.includes('.encoder.')) : past
    return changing.map(({ name }) => [name, presentOf(name) as string])
  }

  /** Runs all tokens except the first ones, which are cached. */
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

/** For the last token only. */
function scoresOf(logits: string): Record<string, Fetch> {
  return { [logits]: { kind: 'tensor', last: true } }
}

async function embedded(job: Job, file: string, tokens: readonly number[]): Promise<GivenFeed> {
  const ids = numbersFeed('int64', [1, tokens.length], tokens)
  const made = await job.run({ [NAMES.ids]: ids }, { [EMBEDS]: FOR_ANOTHER_RUN }, file)
  return fedOn(made[EMBEDS] as FetchedTensor)
}

/** A cache of no tokens: the batch is one, the other free sizes are the number of tokens. */
function nothing({ dtype, shape }: TensorInfo): Feed {
  const dims = shape.map((size, i) => (typeof size === 'number' ? size : i === 0 ? 1 : 0))
  return numbersFeed(dtype, dims, [0])
}

/** The previous run's output for a cache input; undefined if it isn't a cache. */
function presentIn(caches: Caches, name: string): string | undefined {
  for (const [past, present] of Object.entries(caches)) {
    const [before = '', after = ''] = past.split('*')
    const isLong = name.length >= before.length + after.length
    if (!past.includes('*') ? name !== past : !isLong || !name.startsWith(before) || !name.endsWith(after)) continue
    return present.replace('*', () => name.slice(before.length, name.length - after.length))
  }
  return undefined
}
