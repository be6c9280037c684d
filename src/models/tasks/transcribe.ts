import type { FetchedTensor } from '../../engine'
import { type Audio, type CategoryType, ValueError } from '../../types'
import { loudPart } from '../../types/loud-part'
import { FOR_ANOTHER_RUN, fedOn } from '../between-runs'
import { inputPorts, named } from '../ports'
import { likeliest } from '../text/choose'
import { createDecoder } from '../text/decoder'
import { logLikelihood, type SpokenPart, type SpokenTokens, spokenParts } from '../text/spoken'
import { WRITE_ON, type WritingRule, writeToken } from '../text/write-on'
import { prepareFeeds } from './feeds'
import { createLive } from './live'
import type { Job } from './task'

/**
 * Transcribes speech, like Whisper: the main file encodes a window of the sound (feeds), and the decoder
 * writes the text. Ports: `sound`, `language` (its first choice detects the language; the others are
 * languages in the order of their tokens), `translate` and `expected_words`. Outputs: `text`, `segments` and
 * `language`.
 */
export interface TranscribeSettings extends SpokenTokens {
  /** The main file's output that is the decoder's input. */
  hidden: string
  /** Two of the variant's files. */
  decoder: string
  tokenizer: string
  /** The length of a window in seconds. */
  seconds: number
  /** The first token of the text. The tokens for the language and the task follow it. */
  start: number
  languages: number
  transcribe: number
  translate: number
  /** The token before text that was said earlier. The expected words follow it, in place of such text. */
  previous: number
  /** The token that is likely if nobody speaks. */
  silence: number
  /** The maximum number of tokens per window. */
  most: number
  /** The maximum number of tokens of the expected words, so that all tokens together fit into the decoder. */
  mostExpected: number
}

interface Segment {
  start: number
  end: number
  text: string
}

/**
 * As in OpenAI's implementation, a window counts as silent if the probability of the silence token is above
 * `likely`, and the mean log probability of the written tokens is below `unsure`.
 */
const SILENCE = { likely: 0.6, unsure: -1 }
/** The minimum distance between the starts of two windows, in seconds. */
const LEAST_STEP = 0.1

export async function transcribe(job: Job): Promise<Record<string, unknown>> {
  const { model, variant, inputs } = job
  const settings = variant.settings as unknown as TranscribeSettings
  const { seconds } = settings
  const sound = inputs.sound as Audio
  const languages = choicesOf(named(inputPorts(model, variant), 'language').type as CategoryType)
  let language = languages.indexOf(inputs.language as string)
  const expected = await expectedTokens(job, settings)
  const segments: Segment[] = []
  let text = ''
  const outputs = (more = '') => ({
    text: (text + more).trim(),
    segments: segments.map(({ text, ...when }) => ({ ...when, text: text.trim() })),
    language: languages[language] ?? '',
  })
  /** Rounds to hundredths. Speech that the model places after the end of the sound is moved to the end. */
  const when = (time: number) => Math.round(100 * Math.min(time, sound.seconds)) / 100
  const windows = Math.ceil(sound.seconds / seconds)
  for (let at = 0; at < sound.seconds; ) {
    job.progress?.(Math.min(windows - 1, Math.floor(at / seconds)), windows)
    await job.goOn?.()
    const window = loudPart(sound, at, seconds)
    const heard = window && (await listen(window))
    for (const { start, end, tokens } of heard?.parts ?? []) {
      const written = await textOf(tokens)
      text += written
      if (written.trim()) segments.push({ start: when(at + start), end: when(at + end), text: written })
    }
    at += Math.max(LEAST_STEP, heard?.done ?? seconds)
  }
  return outputs()

  function textOf(tokens: readonly number[]): Promise<string> {
    return job.tokenizer(settings.tokenizer).decode(tokens.filter((token) => token < settings.end))
  }

  /** Transcribes a window; undefined if nobody speaks. */
  async function listen(window: Audio): Promise<{ parts: SpokenPart[]; done: number } | undefined> {
    const { feeds } = await prepareFeeds({ ...job, inputs: { ...inputs, sound: window } })
    const { [settings.hidden]: seen } = await job.run(feeds, { [settings.hidden]: FOR_ANOTHER_RUN })
    const decoder = await createDecoder(job, settings.decoder, {
      encoder_hidden_states: fedOn(seen as FetchedTensor),
    })
    let first: Float32Array | undefined
    if (language < 0) {
      first = await decoder.next([settings.start])
      language = likeliest(first.subarray(settings.languages, settings.languages + languages.length))
    }
    if (!first || expected.length > 0) {
      // Expected words mustn't affect which language is detected.
      decoder.reset()
      first = await decoder.next([...expected, settings.start])
    }
    const isSilent = Math.exp(logLikelihood(first, settings.silence)) > SILENCE.likely
    const tokens: number[] = []
    const live = createLive(job, async () => outputs(await textOf(tokens)))
    const { most, end } = settings
    const rule: WritingRule = { spoken: tokensOf(settings), written: tokens, most, isWeighed: isSilent }
    const next = (scores: Float32Array) => writeToken(scores, rule)
    let fresh = [settings.languages + language, inputs.translate ? settings.translate : settings.transcribe]
    let likelihood = 0
    while (tokens.length < most && fresh[0] !== end) {
      const written = await decoder.writeOn(fresh, { next, program: WRITE_ON, about: rule })
      for (const each of written) likelihood += each.likelihood
      tokens.push(...written.flatMap(({ token }) => (token === end ? [] : [token])))
      fresh = written.slice(-1).map(({ token }) => token)
      await live()
    }
    if (isSilent && likelihood / (tokens.length + 1) < SILENCE.unsure) return undefined
    return spokenParts(tokens, settings, window.seconds)
  }
}

/**
 * The tokens that precede each window: as if the expected words had been said before it. Empty if there are
 * none.
 */
async function expectedTokens(
  { inputs, tokenizer }: Job,
  { previous, end, mostExpected, tokenizer: file }: TranscribeSettings,
): Promise<number[]> {
  const words = String(inputs.expected_words ?? '').trim()
  if (words === '') return []
  const tokens = await tokenizer(file).encode(` ${words}`)
  if (tokens.some((token) => token >= end))
    throw new ValueError('expected_words contains a mark of the model, such as <|endoftext|>: remove it')
  if (tokens.length > mostExpected)
    throw new ValueError(
      `expected_words has ${tokens.length} tokens, but may have at most ${mostExpected}, about ${Math.round(0.7 * mostExpected)} words: shorten it`,
    )
  return [previous, ...tokens]
}

/** All choices except the first one, which means automatic detection. */
function choicesOf({ oneOf = [] }: CategoryType): string[] {
  return oneOf.slice(1)
}

/** The tokens that the rules need. They are sent to the lane with each run. */
function tokensOf({ end, times, withoutTimes, never, neverFirst }: TranscribeSettings): SpokenTokens {
  return { end, times, withoutTimes, never, neverFirst }
}
