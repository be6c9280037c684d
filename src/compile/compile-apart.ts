import { fork } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from '../apart/environment'
import { CompileError } from './compile-error'
import type { CompiledFlow, CompileRequest } from './compile-flow'

/** What the process that compiles is asked, and what it answers. */
export interface Asked {
  /** All nodes of the flows, as an export has them. */
  flows: unknown
  userDir: string | undefined
  request: CompileRequest
}
/** What was written, and the one file in the folder that holds it all. */
export interface Packed {
  compiled: CompiledFlow
  file: string
}
export type Reply = Packed | { sentence: string } | { fault: string }

/** Milliseconds. */
const LIMIT = 15 * 60_000

/**
 * Compiles a chain in a process of its own, as it would keep Node-RED's thread busy for seconds.
 *
 * @param signal ends it
 * @throws CompileError in a sentence
 */
export function compileApart(asked: Asked, signal: AbortSignal): Promise<Packed> {
  const child = fork(join(__dirname, 'compile-main.js'), [], {
    env: childEnvironment('models'),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    const end = (use: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      child.removeAllListeners()
      // Its lane ends with it.
      child.kill('SIGKILL')
      use()
    }
    const refuse = (sentence: string) => end(() => reject(new CompileError(sentence)))
    const stop = () => refuse('Compiling was cancelled.')
    const timer = setTimeout(
      () => refuse(`The chain was not compiled within ${LIMIT / 60_000} minutes: compile a shorter part of it.`),
      LIMIT,
    )
    signal.addEventListener('abort', stop)
    child.on('message', (reply: Reply) => {
      if ('compiled' in reply) end(() => resolve(reply))
      else if ('sentence' in reply) refuse(reply.sentence)
      else end(() => reject(new Error(reply.fault)))
    })
    child.on('error', (error) => end(() => reject(error)))
    child.on('exit', (code, how) =>
      refuse(
        `Compiling ended before it was done (${how ?? `exit code ${code}`}): memory may have run out. Compile a shorter part of the chain.`,
      ),
    )
    child.send(asked, () => {})
    if (signal.aborted) stop()
  })
}
