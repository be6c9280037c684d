import { EngineError } from './error'
import type { Job } from './job'
import { nameOf, seconds } from './sentences'

/** What is known about a lane that has ended with a job. */
export interface Death {
  /** Completes "the inference process …". */
  how: string
  /** What it printed last, oldest first. */
  printed: readonly string[]
  /** Whether its program had begun to take requests. */
  wasReady: boolean
}

/** What it reported about the reason, if anything. */
function lastWords({ printed }: Death): string | undefined {
  return printed.findLast((line) => /error|what\(\)/i.test(line)) ?? printed.at(-1)
}

/** A picture too large for this computer says nothing about the model. */
export function isOutOfMemory(death: Death): boolean {
  return /out of memory|bad_alloc/i.test(lastWords(death) ?? '')
}

/** @param rest milliseconds for which the model is set aside from now on; 0: it isn't */
export function deathError(job: Job, death: Death, rest: number): EngineError {
  const words = lastWords(death)
  const said = words ? ` It last said: "${words}".` : ''
  const what = `The inference process ${death.how} ${death.wasReady ? `while running ${nameOf(job)}` : 'before it was ready'}.${said}`
  return new EngineError('lane-died', `${what} ${adviceFor(death, rest)}`)
}

function adviceFor(death: Death, rest: number): string {
  if (!death.wasReady) return 'The next message tries again.'
  if (rest > 0)
    return `This was the third time within minutes, so the model is paused: it is tried again with the first message after ${seconds(Math.ceil(rest / 1000) * 1000)}.`
  if (isOutOfMemory(death))
    return 'It ran out of memory: choose a smaller variant or smaller pictures, or close other programs.'
  return 'It restarts automatically; send the message again.'
}
