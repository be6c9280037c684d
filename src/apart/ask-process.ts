import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { endsFirst } from './ends-first'
import { childEnvironment } from './environment'

/**
 * The answer of a program, which then ends. `sentence` is an error message for users; `fault` is an
 * unexpected error with its stack.
 */
export type Answer<T> = { ok: T } | { sentence: string } | { fault: string }

/** The limits for a program. */
export interface ProcessLimits {
  /** In milliseconds. */
  time: number
  /** In bytes. */
  memory?: number
  signal?: AbortSignal
  /** Command-line options for Node.js, such as `--max-old-space-size=2048`. */
  execArgv?: string[]
}

/**
 * Why there is no answer: the program took too long, used too much memory, ended without one (with this exit
 * status), or was cancelled.
 */
export class NoAnswer extends Error {
  constructor(
    readonly why: 'late' | 'large' | 'ended' | 'cancelled',
    readonly exit = '',
  ) {
    super(`The program gave no answer: ${[why, exit].filter(Boolean).join(', ')}`)
  }
}

/** The interval for measuring a program's memory, in milliseconds. */
const LOOK = 250

/**
 * Starts a program in its own process, sends it one request and returns its answer. In any case, the process
 * has ended afterwards, and it can't have affected other processes.
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
      // Also ends the processes that it has started.
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
 * Call this in the program that `askProcess` starts: it answers one request, then ends.
 *
 * @param sentences the error classes whose messages are for users
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

/** The memory of a process in bytes; 0 if the system doesn't report it. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return pages * 4096
  } catch {
    return 0
  }
}
