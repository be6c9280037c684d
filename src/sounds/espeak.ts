import { spawn } from 'node:child_process'
import { childEnvironment } from '../apart/environment'
import { ValueError } from '../types'

/** Milliseconds: it runs many times faster than the speech plays. */
const LIMIT = 60_000

const NO_ESPEAK =
  'speaking needs eSpeak NG, which is not installed: install it (Debian and Ubuntu: apt-get install espeak-ng; macOS: brew install espeak-ng; Windows: winget install eSpeak-NG.eSpeak-NG) and try again'

export interface EspeakOptions {
  signal?: AbortSignal | undefined
  /** Where to look for programs: folders as in the environment's PATH. */
  pathFolders?: string | undefined
}

/**
 * Runs the eSpeak NG that the user has installed: a program beside Node-RED's. It gets the text on its standard input,
 * so nothing in it is read as an option.
 *
 * @param voice a name that eSpeak NG knows
 * @returns what it prints
 * @throws ValueError in one sentence
 */
export function espeak(
  args: string[],
  text: string,
  voice: string,
  { signal, pathFolders = process.env.PATH }: EspeakOptions = {},
): Promise<string> {
  // No shell: arguments are passed as they are.
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
