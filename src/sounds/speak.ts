import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../apart/environment'
import { type Audio, quoteValue, ValueError } from '../types'
import { decodeSound } from './decode'

/** How eSpeak NG speaks. */
export interface Speech {
  /** A language such as `en`, `de` or `ja`, perhaps with a kind of voice behind it: `en+f3`. */
  voice: string
  /** Words a minute, from 80 to 450. */
  speed: number
  /** From 0 to 99. */
  pitch: number
}

/** Characters at a time: about half an hour of speech. */
const MOST_TEXT = 20_000
/** Milliseconds: it speaks many times as fast as it is heard. */
const LIMIT = 60_000

const NO_ESPEAK =
  'speaking needs eSpeak NG, which is not installed: install it (Debian and Ubuntu: apt-get install espeak-ng; macOS: brew install espeak-ng; Windows: winget install eSpeak-NG.eSpeak-NG) and try again'

/**
 * Text as sound, by the eSpeak NG that the user has installed: a program beside Node-RED's. It is given the text as its input, so nothing
 * in it is an option.
 *
 * @throws ValueError in one sentence
 */
export async function speak(
  text: string,
  { voice, speed, pitch }: Speech,
  signal: AbortSignal,
  pathFolders = process.env.PATH,
): Promise<Audio> {
  if (!/[\p{L}\p{N}]/u.test(text)) throw new ValueError('the text has no words to speak')
  if (text.length > MOST_TEXT)
    throw new ValueError(
      `the text has ${text.length} characters, but at most ${MOST_TEXT} are spoken at a time: send it in parts`,
    )
  // A name with a dot or a slash would be the path of a file.
  if (!/^[a-z][\w-]*(\+\w+)?$/i.test(voice) || voice.length > 40)
    throw new ValueError(`voice must be a name such as "en", "de" or "en+f3" (got ${quoteValue(voice)})`)
  const folder = await mkdtemp(join(tmpdir(), 'daisychain-speech-'))
  try {
    const path = join(folder, 'speech.wav')
    const options = ['-v', voice, '-s', String(Math.round(speed)), '-p', String(Math.round(pitch)), '-b', '1']
    await run([...options, '-w', path, '--stdin'], text, voice, signal, pathFolders)
    return await decodeSound({ path })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** No shell: arguments are passed as they are. */
function run(args: string[], text: string, voice: string, signal: AbortSignal, path?: string): Promise<void> {
  const child = spawn('espeak-ng', args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...childEnvironment('program'), PATH: path },
    timeout: LIMIT,
    killSignal: 'SIGKILL',
    signal,
  })
  let complaint = ''
  child.stderr.on('data', (data) => {
    complaint = `${complaint}${data}`.slice(-2000)
  })
  child.stdin.on('error', () => {}) // its end says more
  // A zero would end the text.
  child.stdin.end(text.replace(/\p{Cc}/gu, ' '))
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new ValueError(NO_ESPEAK) : error),
    )
    child.once('close', (code) => {
      if (code === 0) return resolve()
      const why = complaint.trim().split('\n').pop()?.replace(/\.$/, '')
      if (/voice/i.test(complaint))
        return reject(new ValueError(`eSpeak NG has no voice "${voice}": “espeak-ng --voices” lists those that it has`))
      reject(new ValueError(`eSpeak NG could not speak the text: ${why || `it ended with ${code}`}`))
    })
  })
}
