import { spawn } from 'node:child_process'
import { childEnvironment } from '../apart/environment'
import { ValueError } from '../types'

/** The time limit in milliseconds. eSpeak NG is much faster than real time. */
const LIMIT = 60_000

const NO_ESPEAK =
  'speaking needs eSpeak NG, which is not installed: install it (Debian and Ubuntu: apt-get install espeak-ng; macOS: brew install espeak-ng; Windows: winget install eSpeak-NG.eSpeak-NG) and try again'

export interface EspeakOptions {
  signal?: AbortSignal | undefined
  /** The folders to search for programs, as in the environment's PATH. */
  pathFolders?: string | undefined
}

/**
 * Runs the eSpeak NG that the user has installed. It runs as a separate program and reads the text from its
 * standard input, so that no text can be taken for an option.
 *
 * @param voice the name of a voice in eSpeak NG
 * @returns its output
 * @throws ValueError with a one-sentence message
 */
export function espeak(
  args: string[],
  text: string,
  voice: string,
  { signal, pathFolders = process.env.PATH }: EspeakOptions = {},
): Promise<string> {
  // Without a shell, arguments are passed literally.
  const child = spawn('espeak-ng', ['-v', voice, ...args, '-b', '1', '--stdin'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...childEnvironment('program'), PATH: pathFolders },
    timeout: LIMIT,
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (data) => {
    printed += data
  })
  let complaint = ''
  child.stderr.on('data', (data) => {
    complaint = `${complaint}${data}`.slice(-2000)
  })
  child.stdin.on('error', () => {}) // its exit says more
  // A zero would end the text.
  child.stdin.end(text.replace(/\p{Cc}/gu, ' '))
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new ValueError(NO_ESPEAK) : error),
    )
    child.once('close', (code) => {
      if (code === 0) return resolve(printed)
      const why = complaint.trim().split('\n').pop()?.replace(/\.$/, '')
      if (/voice/i.test(complaint))
        return reject(new ValueError(`eSpeak NG has no voice "${voice}": “espeak-ng --voices” lists those that it has`))
      reject(new ValueError(`eSpeak NG could not speak the text: ${why || `it ended with ${code}`}`))
    })
  })
}
