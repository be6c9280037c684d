import type { FetchedTensor } from '../../engine'
import { FOR_ANOTHER_RUN, fedOn } from '../between-runs'
import { numbersFeed } from '../numbers-feed'
import { outputPorts } from '../ports'
import { createDecoder } from '../text/decoder'
import { prepareFeeds } from './feeds'
import type { Job } from './task'
import { writeTokens } from './write'

/**
 * Describes a picture in one sentence: the main file encodes the picture (feeds), and the decoder writes the
 * most likely token each time.
 */
export interface CaptionSettings {
  /** The main file's output that is the decoder's input. */
  hidden: string
  /** Two of the variant's files. */
  decoder: string
  tokenizer: string
  /** The token at the start of every sentence, and the tokens that end it. */
  start: number
  end: number[]
  maxTokens: number
}

export async function caption(job: Job): Promise<Record<string, unknown>> {
  const { model, variant } = job
  const { hidden, decoder: file, tokenizer, start, end, maxTokens } = variant.settings as unknown as CaptionSettings
  const { feeds } = await prepareFeeds(job)
  const { [hidden]: looked } = await job.run(feeds, { [hidden]: FOR_ANOTHER_RUN })
  const seen = looked as FetchedTensor
  const { inputs } = await job.describe(file)
  const decoder = await createDecoder(job, file, {
    encoder_hidden_states: fedOn(seen),
    ...(inputs.some(({ name }) => name === 'encoder_attention_mask') && {
      encoder_attention_mask: numbersFeed('int64', seen.dims.slice(0, 2), [1]),
    }),
  })
  const [port] = outputPorts(model, variant).flat()
  const name = port?.name ?? 'caption'
  const named = async (tokens: number[]) => ({ [name]: (await job.tokenizer(tokenizer).decode(tokens)).trim() })
  return named(await writeTokens(job, decoder, [start], { end, most: maxTokens }, named))
}
