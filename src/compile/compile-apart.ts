import { join } from 'node:path'
import { askProcess, NoAnswer } from '../apart/ask-process'
import { CompileError } from './compile-error'
import type { CompiledFlow, CompileRequest } from './compile-flow'

/** The request to the compiling process. */
export interface Asked {
  /** All nodes of the flows, as in an export. */
  flows: unknown
  userDir: string | undefined
  request: CompileRequest
}
/** The files written, and the one file in the folder that contains all of them. */
export interface Packed {
  compiled: CompiledFlow
  file: string
}

/** Milliseconds. */
const LIMIT = 15 * 60_000

/**
 * Compiles a chain in a separate process, because compiling would block Node-RED's thread for seconds.
 * @param signal ends it
 * @throws CompileError whose message is a sentence
 */
export async function compileApart(asked: Asked, signal: AbortSignal): Promise<Packed> {
  const program = join(__dirname, 'compile-main.js')
  const answer = await askProcess<Asked, Packed>(program, asked, { time: LIMIT, signal }).catch((error) => {
    throw error instanceof NoAnswer ? new CompileError(sentenceOf(error)) : error
  })
  if ('sentence' in answer) throw new CompileError(answer.sentence)
  return answer.ok
}

function sentenceOf({ why, exit }: NoAnswer): string {
  if (why === 'cancelled') return 'Compiling was cancelled.'
  if (why === 'late')
    return `The chain was not compiled within ${LIMIT / 60_000} minutes: compile a shorter part of it.`
  return `Compiling ended before it was done (${exit}): memory may have run out. Compile a shorter part of the chain.`
}
