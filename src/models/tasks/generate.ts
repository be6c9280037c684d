import type { FetchedTensor } from '../../engine'
import { freshSeed, uniforms } from '../../random'
import { modelPath } from '../locate'
import { loadTokenizer } from '../tokenizer'
import type { Job } from './task'

/**
 * A text that goes on. The variant's settings name the tensors and how to choose; ports `prompt`, `seed` (another text for
 * each message where it is missing) and `sequence_length` (tokens to add, at most); output `text` is prompt and continuation.
 */
export interface GenerateSettings {
  /** One of the variant's files. */
  tokenizer: string
  /** Int64 [1, t]. */
  ids: string
  /** Float32 [1, t, tokens]. */
  logits: string
  /** How many tokens the model sees at most. */
  context: number
  /** The token that begins and ends a text. */
  end: number
  /** Below 1 the likelier tokens are taken more often, above 1 less. */
  temperature: number
  /** Only this many of the likeliest tokens are chosen from. */
  topK: number
}

export async function generate({ model, variant, inputs, run }: Job): Promise<{ text: string }> {
  const settings = variant.settings as unknown as GenerateSettings
  const tokenizer = loadTokenizer(modelPath(model, variant, settings.tokenizer))
  const random = uniforms((inputs.seed as number | undefined) ?? freshSeed())
  const prompt = inputs.prompt as string
  const tokens = tokenizer.encode(prompt)
  const start = tokens.length
  for (let i = 0; i < (inputs.sequence_length as number); i++) {
    // A long text is seen from its end.
    const seen = [settings.end, ...tokens.slice(1 - settings.context)]
    const data = BigInt64Array.from(seen, BigInt)
    const { [settings.logits]: found } = await run(
      { [settings.ids]: { kind: 'tensor', dtype: 'int64', dims: [1, seen.length], data } },
      { [settings.logits]: { kind: 'tensor' } },
    )
    const { dims, data: scores } = found as FetchedTensor
    const next = choose((scores as Float32Array).subarray(-(dims.at(-1) as number)), settings, random())
    if (next === settings.end) break
    tokens.push(next)
  }
  // The prompt as it was given: not every text survives its tokens.
  return { text: prompt + tokenizer.decode(tokens.slice(start)) }
}

/** Draws a token by its likelihood among the best. @param luck from 0 up to 1 */
export function choose(
  scores: Float32Array,
  { temperature, topK }: Pick<GenerateSettings, 'temperature' | 'topK'>,
  luck: number,
): number {
  const best = Array.from(scores.keys())
    .sort((a, b) => (scores[b] as number) - (scores[a] as number))
    .slice(0, topK)
  const highest = scores[best[0] as number] as number
  const weights = best.map((token) => Math.exp(((scores[token] as number) - highest) / temperature))
  let left = luck * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [i, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return best[i] as number
  }
  return best.at(-1) as number
}
