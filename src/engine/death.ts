import { EngineError } from './error'
import type { Job } from './job'
import { nameOf, seconds } from './sentences'

/** What is known about a lane that ended while it had a job. */
export interface Death {
  /** Completes "the inference process …". */
  how: string
  /** What it printed last, oldest first. */
  printed: readonly string[]
  /** Whether its program was ready for requests. */
  wasReady: boolean
}

/** What it printed about the reason, if anything. */
function lastWords({ printed }: Death): string | undefined {
  return printed.findLast((line) => /error|what\(\)/i.test(line)) ?? printed.at(-1)
}

/** Running out of memory for a large picture isn't the model's fault. */
export function isOutOfMemory(death: Death): boolean {
  return /out of memory|bad_alloc/i.test(lastWords(death) ?? '')
}

/** @param rest milliseconds for which the model is set aside from now on; 0: not set aside */
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
