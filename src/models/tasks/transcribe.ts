import type { FetchedTensor } from '../../engine'
import type { Audio, CategoryType } from '../../types'
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
 * Writes down what is said, as Whisper does: the main file listens to a window of the sound (feeds), the decoder
 * writes. Ports `sound`, `language` (all its choices except the first are languages, in the order of their tokens; the
 * first detects the language) and `translate`. Outputs `text`, `segments`, `language`.
 */
export interface TranscribeSettings extends SpokenTokens {
  /** The main file's output that the decoder reads. */
  hidden: string
  /** Two of the variant's files. */
  decoder: string
  tokenizer: string
  /** How long a window is. */
  seconds: number
  /** The tokens at the start of text, followed by the language and the task. */
  start: number
  languages: number
  transcribe: number
  translate: number
  /** Likely if nobody speaks. */
  silence: number
  /** Tokens for a window at most. */
  most: number
}

interface Segment {
  start: number
  end: number
  text: string
}

/** As in OpenAI's own program: nobody speaks if silence is this likely, and the written text this unlikely. */
const SILENCE = { likely: 0.6, unsure: -1 }
/** A window begins at least this many seconds after the previous one. */
const LEAST_STEP = 0.1

export async function transcribe(job: Job): Promise<Record<string, unknown>> {
  const { model, variant, inputs } = job
  const settings = variant.settings as unknown as TranscribeSettings
  const { seconds } = settings
  const sound = inputs.sound as Audio
  const languages = choicesOf(named(inputPorts(model, variant), 'language').type as CategoryType)
  let language = languages.indexOf(inputs.language as string)
  const segments: Segment[] = []
  let text = ''
  const outputs = (more = '') => ({
    text: (text + more).trim(),
    segments: segments.map(({ text, ...when }) => ({ ...when, text: text.trim() })),
    language: languages[language] ?? '',
  })
  /** Rounded to hundredths. Anything heard in the silence after the sound's end is moved to the end. */
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

  /** What is said in a window; nothing if nobody speaks. */
  async function listen(window: Audio): Promise<{ parts: SpokenPart[]; done: number } | undefined> {
    const { feeds } = await prepareFeeds({ ...job, inputs: { ...inputs, sound: window } })
    const { [settings.hidden]: seen } = await job.run(feeds, { [settings.hidden]: FOR_ANOTHER_RUN })
    const decoder = await createDecoder(job, settings.decoder, {
      encoder_hidden_states: fedOn(seen as FetchedTensor),
    })
    const first = await decoder.next([settings.start])
    const isSilent = Math.exp(logLikelihood(first, settings.silence)) > SILENCE.likely
    if (language < 0) language = likeliest(first.subarray(settings.languages, settings.languages + languages.length))
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

/** All but the first, which means none of them. */
function choicesOf({ oneOf = [] }: CategoryType): string[] {
  return oneOf.slice(1)
}

/** What the rules need: sent to the lane with each run. */
function tokensOf({ end, times, withoutTimes, never, neverFirst }: TranscribeSettings): SpokenTokens {
  return { end, times, withoutTimes, never, neverFirst }
}
