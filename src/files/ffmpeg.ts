import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { endsFirst } from '../apart/ends-first'
import { childEnvironment } from '../apart/environment'
import { ValueError } from '../types'

const NO_FFMPEG =
  'videos, animated PNG and AVIF files, and sounds other than WAV need ffmpeg, which is not installed: install it (Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg) and try again'

/** The extensions of video files. */
export function isVideoName(name: string): boolean {
  return /^\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ogv|wmv|flv|3gp|mxf|m2ts|mts)$/i.test(extname(name))
}

/** Starts ffmpeg without a shell, so that arguments are passed literally. */
export function startFfmpeg(args: string[], pathFolders = process.env.PATH): ChildProcess {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...childEnvironment('program'), PATH: pathFolders },
  })
  endsFirst(child)
  return child
}

/** Makes each line start with its level, and includes warnings and notes. */
const TALKATIVE = ['-loglevel', 'level+info', '-nostats']

/**
 * Waits until ffmpeg ends.
 *
 * @throws ValueError with a message that starts with `what`
 */
export function ffmpegEnd(child: ChildProcess, what: string): Promise<void> {
  let complaint = ''
  child.stderr?.on('data', (data) => {
    complaint = `${complaint}${data}`.slice(-2000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ValueError(error.code === 'ENOENT' ? NO_FFMPEG : `${what} cannot be processed: ${error.message}`)),
    )
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new ValueError(`${what} ${said(complaint) || `cannot be processed: ffmpeg ended with ${code}`}`))
    })
  })
}

/** ffmpeg's error message, as the end of a sentence; '' if there is none. */
function said(complaint: string): string {
  if (
    /invalid data found|moov atom not found|invalid argument|end of file|input\/output error|error marking filters|decoder \(codec .*not found/i.test(
      complaint,
    )
  )
    return 'is damaged, ends too early, or is of a kind that ffmpeg cannot read'
  const line = lastLine(complaint)
  return line && `cannot be processed: ${line}`
}

function lastLine(text: string): string {
  const lines = text.trim().split('\n')
  const line = lines.filter((line) => !/\[(info|warning)\]/.test(line)).pop() ?? ''
  return line.replace(/^(\[[^\]]*\]\s*)+/, '').replace(/[.\s]+$/, '')
}

/**
 * ffmpeg's output while it runs. ffmpeg pauses while nothing is read.
 *
 * @param signal ends ffmpeg; if it is aborted already, ffmpeg isn't started and there is no output
 * @param options.input data for its standard input
 * @param options.hear called with each line that ffmpeg prints, including warnings and notes, before the
 * output ends
 * @throws ValueError with a message that starts with `what`
 */
export async function* ffmpegOutput(
  args: string[],
  what: string,
  signal: AbortSignal,
  { input, hear }: { input?: string; hear?: (line: string) => void } = {},
): AsyncGenerator<Buffer> {
  if (signal.aborted) return
  const child = startFfmpeg(hear ? [...TALKATIVE, ...args] : args)
  if (hear && child.stderr) createInterface({ input: child.stderr }).on('line', hear)
  child.stdin?.on('error', () => {}) // ffmpeg ended before it had read all its input, which is reported below.
  if (input !== undefined) child.stdin?.end(input)
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  const end = ffmpegEnd(child, what)
  end.catch(() => {}) // Thrown below, after the available output.
  try {
    yield* child.stdout as Readable as AsyncIterable<Buffer>
    await end
  } finally {
    signal.removeEventListener('abort', stop)
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      if (child.pid) await once(child, 'close')
    }
  }
}

let filters: Promise<string> | undefined

/** Whether this ffmpeg includes a filter. */
export async function hasFilter(name: string): Promise<boolean> {
  filters ??= new Promise((resolve) =>
    execFile(
      'ffmpeg',
      ['-hide_banner', '-filters'],
      { timeout: 10_000, env: childEnvironment('program') },
      (error, output) => {
        if (error) filters = undefined
        resolve(error ? '' : output)
      },
    ),
  )
  return new RegExp(`^ \\S+ ${name} `, 'm').test(await filters)
}
