import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Chain, chainBetween, nameOf } from '../compile/chain'
import { type CompiledChain, compileChain } from '../compile/compile'
import { CompileError } from '../compile/compile-error'
import { prove } from '../compile/prove'
import { writeJoined } from '../compile/write-file'
import { createEngine, EngineError } from '../engine'
import { FlowError, type Graph, readFlow } from '../flow'
import { loadManifests, setUserDirectory } from '../models'

const usage =
  'Say what to compile: daisychain compile FLOWS.json --from ID --to ID --out FOLDER [--as onnx] [--size 640x480]'

const FILE = 'chain.onnx'

interface Request {
  flows: string
  from: string
  to: string
  out: string
  size?: { width: number; height: number }
}

/**
 * `daisychain compile FLOWS.json --from ID --to ID --out FOLDER`: 0: written and proved equal, 1: it cannot be said, or is not
 * equal, 2: the file cannot be read, or the request was not understood.
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
  const engine = createEngine({ device: 'cpu' })
  // Nothing that is not equal gets into the folder.
  const draft = mkdtempSync(join(tmpdir(), 'daisychain-compile-'))
  try {
    const models = new Map(loadManifests().map((model) => [model.node, model]))
    const chain = chainBetween(graph, request.from, request.to, models)
    const compiled = await compileChain(chain, engine, { name: 'chain', ...(request.size && { size: request.size }) })
    const differences = await prove(chain, compiled, writeJoined(compiled.file, draft, FILE), engine)
    const path = writeJoined(compiled.file, request.out, FILE)
    say(describe(chain, compiled, path))
    for (const { words } of differences) say(`  ${words}`)
    return 0
  } catch (error) {
    if (error instanceof CompileError || error instanceof EngineError) return fail(error.message, 1)
    throw error
  } finally {
    await engine.close()
    rmSync(draft, { recursive: true, force: true })
  }
}

function readArguments(args: string[]): Request | string {
  const text = { type: 'string' } as const
  try {
    const options = { from: text, to: text, out: text, as: text, size: text, userdir: text }
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [flows] = positionals
    const { from, to, out, as = 'onnx', size, userdir } = values
    if (positionals.length !== 1 || !flows || !from || !to || !out) return usage
    for (const target of as.split(','))
      if (target.trim() !== 'onnx')
        return `daisychain compile doesn't know the target “${target.trim()}”; it knows onnx.`
    const sides = size === undefined ? undefined : /^(\d+)[x×](\d+)$/.exec(size)?.slice(1).map(Number)
    if (size !== undefined && !sides?.every((side) => side >= 1 && side <= 4096))
      return `“${size}” is not a size. Write it as 640x480, in pixels, up to 4096.`
    if (userdir !== undefined) setUserDirectory(userdir)
    const [width = 0, height = 0] = sides ?? []
    return { flows, from, to, out, ...(sides && { size: { width, height } }) }
  } catch {
    return usage
  }
}

function describe({ sources }: Chain, { inputs, outputs, metadata, file }: CompiledChain, path: string): string {
  const ports = (list: CompiledChain['inputs']) => list.map(({ name }) => `“${name}”`).join(', ')
  const bytes = file.pieces.reduce((sum, { length }) => sum + length, 0)
  const before = sources.map((node) => nameOf(node)).join(', ')
  return [
    `${path}: ${(bytes / 2 ** 20).toFixed(1)} MB. It takes ${ports(inputs)} and gives ${ports(outputs)}.`,
    ...(before ? [`  Not in it, because they only make what it takes: ${before}.`] : []),
    ...(metadata.terms ? [`  ${metadata.terms}`] : []),
  ].join('\n')
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
