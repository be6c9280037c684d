import { basename, join } from 'node:path'
import { askProcess, NoAnswer } from '../apart/ask-process'
import { memorySize } from '../apart/this-machine'
import type { Inspection, InspectOptions } from './inspect'
import { InspectError } from './inspect-error'
import { gigabytes } from './obstacles'

/** The request to the process that examines a file. */
export interface Request {
  path: string
  labels: string | undefined
  /** Pictures as encoded files. */
  pictures: Buffer[]
  /** The time limit of one run of the network, in milliseconds. */
  run: number
}

/** Limits on the time and memory for examining a file. */
export interface Limits {
  /** Milliseconds for the whole examination. */
  time: number
  /** Milliseconds for one run of the network. */
  run: number
  /** Bytes of memory. */
  memory: number
}

/** Leaves half of the computer's memory for other programs. */
export const LIMITS: Limits = { time: 90_000, run: 30_000, memory: Math.max(2 ** 31, memorySize() * 0.5) }

/**
 * Reads a model's inputs and outputs, proposes typed ports and tries them, all in a separate process: a malicious or
 * very large file crashes that process and nothing else.
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
