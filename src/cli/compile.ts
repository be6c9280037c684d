import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CompileError } from '../compile/compile-error'
import {
  type CompileRequest,
  compileFlow,
  describeCompiled,
  notASize,
  readSize,
  TARGETS,
  type Target,
} from '../compile/compile-flow'
import { EngineError } from '../engine'
import { FlowError, type Graph, readFlow } from '../flow'
import { setUserDirectory } from '../models'

const usage = `Name what to compile: daisychain compile FLOWS.json --from ID --to ID --out FOLDER [--as ${TARGETS.join(',')}] [--size 640x480] [--userdir FOLDER]`

/**
 * `daisychain compile FLOWS.json --from ID --to ID --out FOLDER`. Exit code 0: written and proved equal, 1:
 * it can't be expressed in ONNX or isn't equal, 2: the file cannot be read or the arguments weren't
 * understood.
 */
export async function compile(args: string[]): Promise<number> {
  const request = readArguments(args)
  if (typeof request === 'string') return fail(request, 2)
  let graph: Graph
  try {
    graph = readFlow(readFileSync(request.flows, 'utf8'))
  } catch (error) {
    return fail(unread(request.flows, error), 2)
  }
  try {
    const compiled = await compileFlow(graph, request)
    const [first = '', ...more] = describeCompiled(compiled, join(request.out, compiled.files[0] as string))
    say([first, ...more.map((line) => `  ${line}`)].join('\n'))
    return 0
  } catch (error) {
    if (error instanceof CompileError || error instanceof EngineError) return fail(error.message, 1)
    throw error
  }
}

function readArguments(args: string[]): (CompileRequest & { flows: string }) | string {
  const text = { type: 'string' } as const
  try {
    const options = { from: text, to: text, out: text, as: text, size: text, userdir: text }
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [flows] = positionals
    const { from, to, out, as = 'onnx', size: sides, userdir } = values
    if (positionals.length !== 1 || !flows || !from || !to || !out) return usage
    const targets = as.split(',').map((target) => target.trim() as Target)
    const unknown = targets.find((target) => !TARGETS.includes(target))
    if (unknown !== undefined)
      return `daisychain compile doesn't have the target “${unknown}”: use ${TARGETS.join(' or ')}.`
    const size = sides === undefined ? undefined : readSize(sides)
    if (size === null) return notASize(sides as string)
    if (userdir !== undefined) setUserDirectory(userdir)
    return { flows, from, to, out, targets, ...(size && { size }) }
  } catch {
    return usage
  }
}

function unread(file: string, error: unknown): string {
  if (error instanceof FlowError) return `${file}: ${error.message}`
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${message}.`
}

function fail(sentence: string, code: number): number {
  console.error(sentence)
  return code
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
