import type { Feed, Fetch, FetchedTensor, TensorInfo } from '../../engine'
import { numbersFeed } from '../feed'
import type { Job } from '../tasks/task'

/** Gives the scores of the token that comes next, token by token. */
export interface Decoder {
  /** Takes tokens that follow those before, and gives the scores after the last of them. */
  next(tokens: number[]): Promise<Float32Array>
  /** Forgets all tokens. */
  reset(): void
}

const PAST = 'past_key_values.'

/**
 * Runs a text decoder by the names that Hugging Face's Optimum exports: `input_ids`, and where the file has them
 * `attention_mask`, `position_ids`, `use_cache_branch` and `past_key_values.*`, which go on as `present.*`; gives `logits`.
 * Without a cache all tokens are run again each time.
 *
 * @param file one of the variant's; default its main file
 * @param more further feeds, the same each time, for instance what an encoder has seen
 */
export async function createDecoder(job: Job, file?: string, more: Record<string, Feed> = {}): Promise<Decoder> {
  const { inputs } = await job.describe(file)
  const past = inputs.filter(({ name }) => name.startsWith(PAST))
  const has = (name: string) => inputs.some((input) => input.name === name)
  let seen: number[] = []
  let cache: Record<string, Feed> = {}

  function reset(): void {
    seen = []
    cache = Object.fromEntries(past.map((input) => [input.name, nothing(input)]))
  }

  async function next(tokens: number[]): Promise<Float32Array> {
    const before = seen.length
    seen = [...seen, ...tokens]
    const run = past.length > 0 ? tokens : seen
    const first = seen.length - run.length
    const feeds: Record<string, Feed> = { ...more, ...cache, input_ids: ids(run) }
    if (has('attention_mask')) feeds.attention_mask = ids(seen.map(() => 1))
    if (has('position_ids')) feeds.position_ids = ids(run.map((_, i) => first + i))
    if (has('use_cache_branch')) feeds.use_cache_branch = numbersFeed('bool', [1], [before > 0 ? 1 : 0])
    const fetches: Record<string, Fetch> = { logits: { kind: 'tensor', last: true } }
    const presents = past.map(({ name }) => [name, name.replace(PAST, 'present.')] as const)
    for (const [, present] of presents) fetches[present] = { kind: 'tensor' }
    const made = (await job.run(feeds, fetches, file)) as Record<string, FetchedTensor>
    for (const [name, present] of presents) {
      // What a decoder looks up in the encoder's output stays what it was in the first run.
      if (before > 0 && name.includes('.encoder.')) continue
      const { dims, data } = made[present] as FetchedTensor
      cache[name] = { kind: 'tensor', dtype: dtypeOf(past, name), dims, data }
    }
    return (made.logits as FetchedTensor).data as Float32Array
  }

  reset()
  return { next, reset }
}

function ids(tokens: number[]): Feed {
  return numbersFeed('int64', [1, tokens.length], tokens)
}

/** A cache of no tokens: the batch is one, the other sizes that may vary are the number of tokens. */
function nothing({ dtype, shape }: TensorInfo): Feed {
  const dims = shape.map((size, i) => (typeof size === 'number' ? size : i === 0 ? 1 : 0))
  return numbersFeed(dtype, dims, [])
}

function dtypeOf(inputs: TensorInfo[], name: string) {
  return (inputs.find((input) => input.name === name) as TensorInfo).dtype
}
