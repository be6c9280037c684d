import { freshSeed, uniforms } from '../../random'
import { choose, type Sampling } from '../text/choose'
import { type Called, createDecoder } from '../text/decoder'
import { createLive } from './live'
import type { Job } from './task'

/**
 * Continues text. Ports: `prompt`, `seed` (without it, each message gets different text), `sequence_length`
 * (the maximum number of tokens to add), and `temperature`, `top_k` and `top_p`, which take precedence over
 * the settings. Output: `text`.
 */
export interface GenerateSettings extends Sampling {
  /** One of the variant's files. */
  tokenizer: string
  /** The maximum number of tokens that the model can process. */
  context: number
  /** The tokens that end the text. */
  end: number | number[]
  /** The token at the start of every text. */
  start?: number
  /**
   * For models that answer questions: the prompt template, which contains `{prompt}`. The output is then only
   * the answer.
   */
  template?: string
  /** For files whose tensors don't have Optimum's names. */
  called?: Called
}

/** The fraction of the context that is kept once it is full: the end of the text. */
const KEEP = 0.75

export async function generate(job: Job): Promise<{ text: string }> {
  const { variant, inputs } = job
  const settings = variant.settings as unknown as GenerateSettings
  const { context, template, start, called } = settings
  const ends = [settings.end].flat()
  const sampling: Sampling = {
    temperature: (inputs.temperature as number | undefined) ?? settings.temperature,
    topK: (inputs.top_k as number | undefined) ?? settings.topK,
    topP: (inputs.top_p as number | undefined) ?? settings.topP ?? 1,
  }
  const tokenizer = job.tokenizer(settings.tokenizer)
  const random = uniforms((inputs.seed as number | string | undefined) ?? freshSeed())
  const prompt = inputs.prompt as string
  const begin = start === undefined ? [] : [start]
  // Tokens beyond the context would be ignored anyway.
  const tokens = [
    ...(await tokenizer.encode(template ? template.replace('{prompt}', () => prompt) : prompt)).slice(-context),
  ]
  if (begin.length + tokens.length === 0) tokens.push(ends[0] ?? 0)
  const decoder = await createDecoder(job, undefined, {}, called)
  const made: number[] = []
  const written = async () => {
    const text = await tokenizer.decode(made)
    // Prepends the original prompt rather than its decoded tokens, because tokenisation doesn't preserve
    // every text.
    return { text: template ? text.trim() : prompt + text }
  }
  const live = createLive(job, written)
  let fresh = [...begin, ...tokens.slice(begin.length - context)]
  let seen = fresh.length
  for (let i = 0; i < (inputs.sequence_length as number); i++) {
    if (seen > context) {
      decoder.reset()
      fresh = [...begin, ...[...tokens, ...made].slice(-Math.ceil(KEEP * context))]
      seen = fresh.length
    }
    const token = choose(await decoder.next(fresh), sampling, random())
    if (ends.includes(token)) break
    made.push(token)
    await live()
    fresh = [token]
    seen++
  }
  return written()
}
