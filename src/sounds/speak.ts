import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../apart/left-behind'
import { type Audio, quoteValue, ValueError } from '../types'
import { decodeSound } from './decode'
import { espeak } from './espeak'

/** The options for eSpeak NG. */
export interface Speech {
  /** A language such as `en`, `de` or `ja`, optionally with a voice variant after it: `en+f3`. */
  voice: string
  /** Words per minute, 80 to 450. */
  speed: number
  /** Pitch, 0 to 99. */
  pitch: number
}

/** The maximum number of characters, about half an hour of speech. */
const MOST_TEXT = 20_000

/** Whether text contains anything besides punctuation. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

/** @throws ValueError with a one-sentence message if the text has no words or is too long */
export function refuseUnspeakable(text: string): void {
  if (!hasWords(text)) throw new ValueError('the text has no words to speak')
  if (text.length > MOST_TEXT)
    throw new ValueError(
      `the text has ${text.length} characters, but at most ${MOST_TEXT} are spoken at a time: send it in parts`,
    )
}

/**
 * Speaks text with the eSpeak NG that the user has installed.
 *
 * @throws ValueError with a one-sentence message
 */
export async function speak(
  text: string,
  { voice, speed, pitch }: Speech,
  signal: AbortSignal,
  pathFolders?: string,
): Promise<Audio> {
  refuseUnspeakable(text)
  // eSpeak NG would take a name with a dot or a slash for the path of a file.
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
