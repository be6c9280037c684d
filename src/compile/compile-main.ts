/** The process started by `compileApart`. It compiles one chain and ends. */
import { join } from 'node:path'
import { answerOnce } from '../apart/ask-process'
import { EngineError } from '../engine'
import { writeZip } from '../files'
import { FlowError, readFlow } from '../flow'
import { setUserDirectory } from '../models'
import type { Asked, Packed } from './compile-apart'
import { CompileError } from './compile-error'
import { compileFlow } from './compile-flow'

answerOnce(compile, [CompileError, EngineError, FlowError])

async function compile({ flows, userDir, request }: Asked): Promise<Packed> {
  if (userDir !== undefined) setUserDirectory(userDir)
  const compiled = await compileFlow(readFlow(flows), request)
  return { compiled, file: await oneFile(request.out, compiled.files) }
}

/**
 * Packs several files into one, because a browser saves one file at a time.
 * @returns its name in the folder
 */
async function oneFile(folder: string, names: string[]): Promise<string> {
  const [only, ...more] = names
  if (only !== undefined && more.length === 0) return only
  try {
    await writeZip(folder, names, join(folder, ARCHIVE))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new CompileError(
      'The chain is larger than 4 GB, too large to be saved by a browser: run `npx daisychain compile` on the computer.',
    )
  }
  return ARCHIVE
}

const ARCHIVE = 'chain.zip'
