import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../apart/left-behind'
import { type Audio, quoteValue, ValueError } from '../types'
import { decodeSound } from './decode'
import { espeak } from './espeak'

/** How eSpeak NG speaks. */
export interface Speech {
  /** A language such as `en`, `de` or `ja`, optionally with a voice variant after it: `en+f3`. */
  voice: string
  /** Words per minute, from 80 to 450. */
  speed: number
  /** From 0 to 99. */
  pitch: number
}

/** Characters at a time: about half an hour of speech. */
const MOST_TEXT = 20_000

/** Whether there is more than punctuation. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

/** @throws ValueError in one sentence if text cannot be spoken: it has no words, or too many */
export function refuseUnspeakable(text: string): void {
  if (!hasWords(text)) throw new ValueError('the text has no words to speak')
  if (text.length > MOST_TEXT)
    throw new ValueError(
      `the text has ${text.length} characters, but at most ${MOST_TEXT} are spoken at a time: send it in parts`,
    )
}

/**
 * Text as sound, spoken by the eSpeak NG that the user has installed.
 *
 * @throws ValueError in one sentence
 */
export async function speak(
  text: string,
  { voice, speed, pitch }: Speech,
  signal: AbortSignal,
  pathFolders?: string,
): Promise<Audio> {
  refuseUnspeakable(text)
  // A name with a dot or a slash would be the path of a file.
  if (!/^[a-z][\w-]*(\+\w+)?$/i.test(voice) || voice.length > 40)
    throw new ValueError(`voice must be a name such as "en", "de" or "en+f3" (got ${quoteValue(voice)})`)
  const folder = await mkdtemp(join(tmpdir(), temporaryName('speech')))
  try {
    const path = join(folder, 'speech.wav')
    const options = ['-s', String(Math.round(speed)), '-p', String(Math.round(pitch)), '-w', path]
    await espeak(options, text, voice, { signal, pathFolders })
    return await decodeSound({ path })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
