import { open } from 'node:fs/promises'
import type { FetchedTensor } from '../../engine'
import { hasWords, phonemesOf, refuseUnspeakable, sentencesOf } from '../../sounds'
import { Audio, quoteValue, ValueError } from '../../types'
import { modelPath } from '../locate'
import { numbersFeed } from '../numbers-feed'
import { prepareFeeds } from './feeds'
import { joined } from './joined'
import type { Job } from './task'

/**
 * Speaks text, as Kokoro: eSpeak NG, which the user has installed, says how each sentence is pronounced, and
 * the file turns that into sound. Ports `text` and `voice`, and what feeds are made of; output `sound`.
 */
export interface SpeakSettings {
  /** The input tensor for the numbers of the phonemes, [1, count], and the output tensor of the samples. */
  tokens: string
  output: string
  /** The sample rate, in Hz. */
  sampleRate: number
  /**
   * The input tensor for the style, [1, width]: the row of the voice's file, of 32-bit floats, for this many
   * phonemes.
   */
  style: { tensor: string; width: number }
  /** Maximum number of phonemes in one run; longer sentences are split. */
  most: number
  /** The number put before and after the phonemes. */
  around: number
  /**
   * The number of each phoneme and punctuation mark. Other marks are left out; a phoneme that isn't listed is
   * refused.
   */
  symbols: Record<string, number>
  /**
   * eSpeak NG's language → what eSpeak NG writes, and what the network was trained on instead. Applied in
   * this order.
   */
  spelling: Record<string, [written: string, taught: string][]>
  /**
   * A value of the port `voice` → one of the variant's files, eSpeak NG's language, and the script that the
   * language uses besides Latin.
   */
  voices: Record<string, Voice>
}

interface Voice {
  file: string
  language: string
  script?: string
}

export async function speak(job: Job): Promise<Record<string, unknown>> {
  const { model, variant, inputs } = job
  const settings = variant.settings as unknown as SpeakSettings
  const { tokens, output, sampleRate, style, around } = settings
  const { text, voice } = inputs as { text: string; voice: string }
  const { file, language, script = 'Latin' } = settings.voices[voice] as Voice
  refuseUnspeakable(text)
  const isReadable = new RegExp(`[\\p{Script=Latin}\\p{Script=${script}}]`, 'u')
  const letters = text.match(/\p{L}/gu) ?? []
  // eSpeak NG would say "Japanese letter" for each of them.
  if (2 * letters.filter((letter) => isReadable.test(letter)).length < letters.length)
    throw new ValueError(
      `the voice "${voice}" reads ${script} letters, but most of the text's are others: the node “speak” has voices for more languages`,
    )
  const { feeds } = await prepareFeeds(job)
  const sentences = sentencesOf(text).filter((clauses) => clauses.some(hasWords))
  const soundOf = (parts: readonly Float32Array[]) => new Audio({ sampleRate, channels: 1, data: joined(parts) })
  const isHeard = (parts: readonly Float32Array[]) => parts.some(({ length }) => length > 0)
  let spoken: Float32Array[] = []
  for (const [i, clauses] of sentences.entries()) {
    job.progress?.(i, sentences.length)
    await job.goOn?.()
    const said = spelled(await phonemesOf(clauses, language), settings.spelling[language] ?? [])
    const strange = [...said].find((symbol) => /\p{L}/u.test(symbol) && !Object.hasOwn(settings.symbols, symbol))
    if (strange)
      throw new ValueError(
        `the voice "${voice}" was never taught the sound “${strange}” of ${quoteValue(clauses.join('').trim())}: choose a voice of that language, or leave it out`,
      )
    for (const numbers of numbersOf(said, settings)) {
      await job.goOn?.()
      const row = await styleOf(modelPath(model, variant, file), style.width, numbers.length)
      const fed = {
        ...feeds,
        [tokens]: numbersFeed('int64', [1, numbers.length + 2], [around, ...numbers, around]),
        [style.tensor]: numbersFeed('float32', [1, style.width], row),
      }
      const { [output]: samples } = await job.run(fed, { [output]: { kind: 'tensor' } })
      spoken.push((samples as FetchedTensor).data as Float32Array)
    }
    if (!job.sentence || !isHeard(spoken) || i === sentences.length - 1) continue
    job.sentence({ sound: soundOf(spoken) })
    spoken = []
  }
  if (!isHeard(spoken))
    throw new ValueError(`the voice "${voice}" has no sounds for this text: choose a voice of its language`)
  return { sound: soundOf(spoken) }
}

function spelled(sounds: string, spelling: readonly [string, string][]): string {
  return spelling.reduce((text, [written, taught]) => text.replaceAll(written, taught), sounds)
}

/**
 * The numbers of the phonemes, in pieces of at most `most`: split after a punctuation mark, otherwise between
 * words, otherwise anywhere.
 */
function numbersOf(said: string, { symbols, most }: SpeakSettings): number[][] {
  const known = [...said].filter((symbol) => Object.hasOwn(symbols, symbol))
  const pieces: number[][] = []
  for (let left = known; left.some((symbol) => /\p{L}/u.test(symbol)); ) {
    const piece = left.slice(0, left.length > most ? cut(left, most) : undefined)
    pieces.push(piece.map((symbol) => symbols[symbol] as number))
    left = left.slice(piece.length)
  }
  return pieces
}

function cut(symbols: readonly string[], most: number): number {
  const part = symbols.slice(0, most)
  const at = part.findLastIndex((symbol) => /[;:,.!?…—]/u.test(symbol))
  return (at >= 0 ? at : part.lastIndexOf(' ')) + 1 || most
}

/** The row of the voice's file for this many phonemes, or its last row. */
async function styleOf(path: string, width: number, count: number): Promise<Float32Array> {
  const file = await open(path)
  try {
    const bytes = width * Float32Array.BYTES_PER_ELEMENT
    const rows = Math.floor((await file.stat()).size / bytes)
    const { buffer } = await file.read(new Uint8Array(bytes), 0, bytes, Math.min(count, rows - 1) * bytes)
    return new Float32Array(buffer.buffer)
  } finally {
    await file.close()
  }
}
