import { basename, join } from 'node:path'
import { askProcess, NoAnswer } from '../apart/ask-process'
import { memorySize } from '../apart/this-machine'
import type { Inspection, InspectOptions } from './inspect'
import { InspectError } from './inspect-error'
import { gigabytes } from './obstacles'

/** What the process that looks at a file is asked. */
export interface Request {
  path: string
  labels: string | undefined
  /** Pictures as files. */
  pictures: Buffer[]
  /** Milliseconds that one run of the network may take. */
  run: number
}

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

/**
 * Reads a model's inputs and outputs, proposes typed ports and tries them, all in its own process: a file that is made
 * to do harm, or that is just very large, ends that process and nothing else.
 *
 * @throws InspectError in a sentence
 */
export async function proposeFile(
  path: string,
  { labels, pictures = [] }: Pick<InspectOptions, 'labels'> & { pictures?: Buffer[] } = {},
  limits: Partial<Limits> = {},
): Promise<Inspection> {
  const { time, run, memory } = { ...LIMITS, ...limits }
  const request: Request = { path, labels, pictures, run }
  const bounds = { time, memory, execArgv: ['--max-old-space-size=2048'] }
  const program = join(__dirname, 'propose-file-main.js')
  const answer = await askProcess<Request, Inspection>(program, request, bounds).catch((error) => {
    throw error instanceof NoAnswer ? new InspectError(sentenceOf(error, basename(path), { time, memory })) : error
  })
  if ('sentence' in answer) throw new InspectError(answer.sentence)
  return answer.ok
}

function sentenceOf({ why }: NoAnswer, name: string, { time, memory }: Pick<Limits, 'time' | 'memory'>): string {
  if (why === 'late')
    return `${name} could not be read within ${Math.round(time / 1000)} seconds: it is too large, or damaged. Choose a smaller version of the model.`
  if (why === 'large')
    return `Reading ${name} takes more than ${gigabytes(memory)} of memory. Choose a smaller version of the model.`
  return `${name} could not be read: the process that reads it crashed. It is damaged, or too large for this computer.`
}
