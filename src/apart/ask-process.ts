import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { endsFirst } from './ends-first'
import { childEnvironment } from './environment'

/**
 * A program answers one of these, then ends. A sentence is for people; a fault is what the program didn't
 * expect, with its stack.
 */
export type Answer<T> = { ok: T } | { sentence: string } | { fault: string }

/** The limits of a program. */
export interface ProcessLimits {
  /** Milliseconds. */
  time: number
  /** Bytes. */
  memory?: number
  signal?: AbortSignal
  /** Options of Node.js, such as `--max-old-space-size=2048`. */
  execArgv?: string[]
}

/**
 * Why there is no answer: it took too long or too much memory, it ended without one (with what exit), or it
 * was cancelled.
 */
export class NoAnswer extends Error {
  constructor(
    readonly why: 'late' | 'large' | 'ended' | 'cancelled',
    readonly exit = '',
  ) {
    super(`The program gave no answer: ${[why, exit].filter(Boolean).join(', ')}`)
  }
}

/** How often a program's memory is measured. Milliseconds. */
const LOOK = 250

/**
 * Starts a program in its own process, gives it one request and returns its answer. Whatever happens, the process has
 * ended afterwards, and nothing it did affects other processes.
 *
 * @param program the path of a script that calls `answerOnce`
 * @throws NoAnswer, or an error with the program's stack
 */
export function askProcess<Request, T>(
  program: string,
  request: Request,
  { time, memory = Infinity, signal, execArgv = [] }: ProcessLimits,
): Promise<Exclude<Answer<T>, { fault: string }>> {
  const child = fork(program, [], {
    execArgv,
    env: childEnvironment('models'),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  endsFirst(child)
  return new Promise((resolve, reject) => {
    const end = (use: () => void) => {
      clearTimeout(timer)
      clearInterval(watch)
      signal?.removeEventListener('abort', cancel)
      child.removeAllListeners()
      // Processes that it started end with it.
      child.kill('SIGKILL')
      use()
    }
    const refuse = (error: Error) => end(() => reject(error))
    const cancel = () => refuse(new NoAnswer('cancelled'))
    const timer = setTimeout(() => refuse(new NoAnswer('late')), time)
    const watch = setInterval(() => {
      if (memoryOf(child) > memory) refuse(new NoAnswer('large'))
    }, LOOK)
    signal?.addEventListener('abort', cancel)
    child.on('message', (answer: Answer<T>) => {
      if ('fault' in answer) refuse(new Error(answer.fault))
      else end(() => resolve(answer))
    })
    child.on('error', refuse)
    child.on('exit', (code, by) => refuse(new NoAnswer('ended', by ?? `exit code ${code}`)))
    child.send(request as object, () => {})
    if (signal?.aborted) cancel()
  })
}

/**
 * The program that `askProcess` starts: answers its one request, and ends.
 *
 * @param sentences the errors whose messages are for people
 */
export function answerOnce<Request, T>(
  answer: (request: Request) => Promise<T>,
  sentences: (abstract new (...args: never[]) => Error)[],
): void {
  process.once('message', async (request: Request) => {
    const told = await answer(request).then((ok): Answer<T> => ({ ok }), tell)
    process.send?.(told, () => process.exit(0))
  })
  process.on('disconnect', () => process.exit(0))

  function tell(error: Error): Answer<T> {
    const isSentence = sentences.some((kind) => error instanceof kind)
    return isSentence ? { sentence: error.message } : { fault: error.stack ?? String(error) }
  }
}

/** Bytes of memory that a process holds; 0 if the system doesn't report it. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return pages * 4096
  } catch {
    return 0
  }
}
