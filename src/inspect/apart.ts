import { basename, join, resolve } from 'node:path'
import type { Told } from '../apart/program'
import { type Engine, EngineError } from '../engine'
import type { Inspection, InspectOptions } from './inspect'
import { InspectError } from './inspect-error'

const PROGRAM = join(__dirname, 'inspect-thread.js')

/**
 * Reads a model's inputs and outputs and proposes typed ports, outside Node-RED's thread and within the engine's time
 * limit.
 *
 * @throws InspectError or EngineError, in a sentence
 */
export function inspectFile(path: string, engine: Engine, options: InspectOptions = {}): Promise<Inspection> {
  return readApart(engine, path, 'inspect', [resolve(path), options], { load: (file: string) => engine.load(file) })
}

/** The names in a label file: one per line, or JSON. @throws InspectError */
export function readLabelFile(path: string, engine: Engine): Promise<string[]> {
  return readApart(engine, path, 'labels', [path])
}

/** Why a file couldn't be loaded, as far as the file shows; otherwise the error in a sentence that says what to do. */
export async function explainFile(path: string, error: unknown, engine: Engine): Promise<unknown> {
  if (!(error instanceof EngineError)) return error
  const { code, message } = error
  return readApart<Told>(engine, path, 'explain', [path, { code, message }]).then(
    (told) => (told.name === 'EngineError' ? error : new InspectError(told.message)),
    (found) => found,
  )
}

async function readApart<T>(
  engine: Engine,
  path: string,
  call: string,
  args: unknown[],
  answers: Record<string, (...args: never[]) => unknown> = {},
): Promise<T> {
  const subject = `Reading ${basename(path)}`
  const advice = 'It may be damaged or malicious: download it again from a source you trust.'
  try {
    return await engine.apart<T>({ program: PROGRAM, call, args, answers, subject, advice })
  } catch (error) {
    throw (error as Error).name === 'InspectError' ? new InspectError((error as Error).message) : error
  }
}
