import type { Answer } from './job'
import { withdrawnError } from './sentences'
import type { Turns } from './turns'

/** Where the result of a job goes. */
export interface Waiter {
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/**
 * Queues a job.
 *
 * @param makeJob makes it, given what its answer goes to
 * @param next checks whether a job can start
 * @param signal withdraws it, if it still waits
 */
export function waitInLine<J extends Waiter>(
  line: Turns<J>,
  caller: unknown,
  makeJob: (waiter: Waiter) => J,
  next: () => void,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  if (signal?.aborted) return Promise.reject(withdrawnError())
  let leave = () => {}
  const answer = new Promise<Answer>((resolve, reject) => {
    const job = makeJob({ resolve, reject })
    leave = () => {
      if (line.remove(caller, job)) reject(withdrawnError())
    }
    line.add(caller, job)
    next()
  })
  if (!signal) return answer
  signal.addEventListener('abort', leave)
  return answer.finally(() => signal.removeEventListener('abort', leave))
}
