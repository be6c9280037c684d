import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { childEnvironment } from '../apart/environment'
import { memorySize } from '../apart/this-machine'
import type { Inspection, InspectOptions } from './inspect'
import { InspectError } from './inspect-error'
import { gigabytes } from './obstacles'

/** What the process that looks at a file is asked, and what it answers. */
export interface Request {
  path: string
  labels: string | undefined
  /** Pictures as files. */
  pictures: Buffer[]
  /** Milliseconds that one run of the network may take. */
  run: number
}
export type Reply = { inspection: Inspection } | { sentence: string } | { fault: string }

/** How long a file may be looked at, and how much memory that may take. */
export interface Limits {
  /** Milliseconds. */
  time: number
  /** Milliseconds that one run of its network may take. */
  run: number
  /** Bytes. */
  memory: number
}

/** Of the memory of this computer more than half is for others. */
export const LIMITS: Limits = { time: 90_000, run: 30_000, memory: Math.max(2 ** 31, memorySize() * 0.5) }

/** How often the memory of the process is looked at. Milliseconds. */
const LOOK = 250

/**
 * Reads a model's inputs and outputs, proposes typed ports and tries them, all in a process of its own: a file that is made to do harm,
 * or that is just very large, ends that process and nothing else.
 *
 * @throws InspectError in a sentence
 */
export function proposeFile(
  path: string,
  { labels, pictures = [] }: Pick<InspectOptions, 'labels'> & { pictures?: Buffer[] } = {},
  limits: Partial<Limits> = {},
): Promise<Inspection> {
  const { time, run, memory } = { ...LIMITS, ...limits }
  const name = basename(path)
  const child = fork(join(__dirname, 'propose-file-main.js'), [], {
    execArgv: ['--max-old-space-size=2048'],
    env: childEnvironment('models'),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    const end = (use: () => void) => {
      clearTimeout(timer)
      clearInterval(watch)
      child.removeAllListeners()
      child.kill('SIGKILL')
      use()
    }
    const refuse = (sentence: string) => end(() => reject(new InspectError(sentence)))
    const timer = setTimeout(
      () =>
        refuse(
          `${name} was looked at for ${Math.round(time / 1000)} seconds without an end: it is too large, or damaged. Choose a smaller version of the model.`,
        ),
      time,
    )
    const watch = setInterval(() => {
      if (memoryOf(child) > memory)
        refuse(
          `${name} needs more than ${gigabytes(memory)} of memory to be looked at. Choose a smaller version of the model.`,
        )
    }, LOOK)
    child.on('message', (reply: Reply) => {
      if ('inspection' in reply) end(() => resolve(reply.inspection))
      else if ('sentence' in reply) refuse(reply.sentence)
      else end(() => reject(new Error(reply.fault)))
    })
    child.on('error', (error) => end(() => reject(error)))
    child.on('exit', () =>
      refuse(
        `${name} could not be looked at: it ended the process that reads it. It is damaged, or too large for this computer.`,
      ),
    )
    child.send({ path, labels, pictures, run } satisfies Request, () => {})
  })
}

/** Bytes of memory that a process holds; 0 where the system does not say it. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return pages * 4096
  } catch {
    return 0
  }
}
