import { freshSeed, uniforms } from '../../random'
import { choose, type Sampling } from '../text/choose'
import { type Called, createDecoder } from '../text/decoder'
import { createLive } from './live'
import type { Job } from './task'

/**
 * Continues text. Ports `prompt`, `seed` (if missing, the text differs for each message), `sequence_length`
 * (tokens to add, at most), and `temperature`, `top_k`, `top_p`, which go before the settings. Output `text`.
 */
export interface GenerateSettings extends Sampling {
  /** One of the variant's files. */
  tokenizer: string
  /** How many tokens the model sees at most. */
  context: number
  /** The tokens that end text. */
  end: number | number[]
  /** The token that every text begins with. */
  start?: number
  /** What an answering model is told, with `{prompt}` in it. Then the answer alone is the text. */
  template?: string
  /** Where the file's tensors are not called as Optimum calls them. */
  called?: Called
}

/** How much of what a model can see is kept when it is full: text that is too long is seen from its end. */
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
  // What the model cannot see is useless to it.
  const tokens = [
    ...(await tokenizer.encode(template ? template.replace('{prompt}', () => prompt) : prompt)).slice(-context),
  ]
  if (begin.length + tokens.length === 0) tokens.push(ends[0] ?? 0)
  const decoder = await createDecoder(job, undefined, {}, called)
  const made: number[] = []
  const written = async () => {
    const text = await tokenizer.decode(made)
    // The prompt as it was given: not every text survives its tokens.
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
