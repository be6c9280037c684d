import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../apart/left-behind'
import { createEngine } from '../engine'
import { makeFolder, sayFileError } from '../files'
import type { Graph } from '../flow'
import { loadManifests } from '../models'
import { chainBetween, nameOf } from './chain'
import { compileChain } from './compile'
import { CompileError } from './compile-error'
import { prove, runFile } from './prove'
import type { Taught } from './taught/read'
import { writeJoined } from './write-file'
import { writeTriton } from './write-triton'
import { webRuntimeFolder, writeWeb } from './write-web'

/** The kinds of files that can be written for a chain. */
export const TARGETS = ['onnx', 'web', 'triton'] as const
export type Target = (typeof TARGETS)[number]

export interface CompileRequest {
  /** Ids of the first and the last node. */
  from: string
  to: string
  /** The folder to write into. */
  out: string
  targets: readonly Target[]
  /** Size of pictures and label maps, if nothing else determines it. In pixels, 1 to 4096. */
  size?: Size
}

export interface Size {
  width: number
  height: number
}

/** The files written, which have been proved equal to the flow. */
export interface CompiledFlow {
  /** Names in the folder, with `/` between folders. */
  files: string[]
  /** Of the model. */
  bytes: number
  inputs: string[]
  outputs: string[]
  /** The names, in sentences, of the nodes that only make the input. */
  before: string[]
  /** One sentence for each taught node, which says how much it has been taught. */
  taught: string[]
  /** One sentence for each output, which says how far it is from the flow's. */
  differences: string[]
  /** The licence terms, if a model isn't for commercial use. */
  terms?: string
}

const NAME = 'chain'
const FILE = `${NAME}.onnx`
/** The folders for the page and the model repository. */
const WEB = 'web'
const TRITON = 'triton'
const MOST_SIDE = 4096

/** Parses `640x480`. @returns null if it isn't a size */
export function readSize(text: string): Size | null {
  const [width = 0, height = 0] = /^\s*(\d+)\s*[x×]\s*(\d+)\s*$/.exec(text)?.slice(1).map(Number) ?? []
  return [width, height].every((side) => side >= 1 && side <= MOST_SIDE) ? { width, height } : null
}

export function notASize(text: string): string {
  return `“${text}” is not a size. Write it as 640x480, in pixels, up to ${MOST_SIDE}.`
}

/**
 * Compiles the chain between two nodes, proves the file equal to the flow, and writes it. Blocks the thread
 * for seconds.
 * @throws CompileError if the chain can't be expressed or the file isn't equal; EngineError if the models
 * don't run. Nothing is written then
 */
export async function compileFlow(
  graph: Graph,
  { from, to, out, size, targets }: CompileRequest,
): Promise<CompiledFlow> {
  const isForWeb = targets.includes('web')
  if (isForWeb) webRuntimeFolder()
  const engine = createEngine({ device: 'cpu' })
  const inWeb = createEngine({ device: 'wasm' })
  // Only files that have been proved equal reach the folder.
  const draft = mkdtempSync(join(tmpdir(), temporaryName('compile')))
  try {
    const models = new Map(loadManifests().map((model) => [model.node, model]))
    const chain = await chainBetween(graph, from, to, models)
    const compiled = await compileChain(chain, engine, { name: NAME, ...(size && { size }) })
    const path = writeJoined(compiled.file, draft, FILE)
    const { file, inputs, outputs, metadata } = compiled
    const differences = await prove(chain, compiled, runFile(path, outputs, engine), engine)
    if (isForWeb) await prove(chain, compiled, runFile(path, outputs, inWeb), engine, 1)
    const isForTriton = targets.includes('triton')
    if (isForTriton) {
      const { runEnsemble } = writeTriton(compiled, join(draft, TRITON), NAME)
      if (runEnsemble) await prove(chain, compiled, runEnsemble(engine), engine, 1)
    }
    const files = await into(out, () => {
      const onnx = targets.includes('onnx') ? [FILE, ...file.data.map(({ name }) => name)] : []
      if (onnx.length > 0) writeJoined(file, out, FILE)
      const web = isForWeb ? writeWeb(chain, compiled, join(out, WEB), FILE).map((name) => `${WEB}/${name}`) : []
      const triton = isForTriton ? writeTriton(compiled, join(out, TRITON), NAME).files : []
      return [...onnx, ...web, ...triton.map((name) => `${TRITON}/${name}`)]
    })
    return {
      files,
      bytes: file.pieces.reduce((sum, { length }) => sum + length, 0),
      inputs: inputs.map(({ name }) => name),
      outputs: outputs.map(({ name }) => name),
      before: chain.sources.map((node) => nameOf(node)),
      taught: chain.links.flatMap(({ called, taught }) => (taught ? howTaught(called, taught) : [])),
      differences: differences.map(({ words }) => words),
      ...(metadata.terms && { terms: metadata.terms }),
    }
  } finally {
    await Promise.all([engine.close(), inWeb.close()])
    rmSync(draft, { recursive: true, force: true })
  }
}

/** @throws CompileError if the folder, or a file in it, cannot be written */
async function into<T>(folder: string, write: () => T): Promise<T> {
  try {
    await makeFolder(folder)
    return write()
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error
    throw new CompileError(`The folder ${folder} ${sayFileError(error)}: choose another one.`)
  }
}

function howTaught(called: string, { book, learned }: Taught): string {
  const { length } = book.examples
  const what = learned.kind === 'classes' ? `examples of ${learned.classes.length} classes` : 'examples'
  return `${called} is compiled as it is taught now, with ${length} ${what}. The file doesn't learn: teach the node and compile again.`
}

/** Lines that say what was written. @param path of the first file */
export function describeCompiled(compiled: CompiledFlow, path: string): string[] {
  const { bytes, inputs, outputs, before, taught, differences, terms } = compiled
  const list = (names: string[]) => names.map((name) => `“${name}”`).join(', ')
  return [
    `${path}: ${(bytes / 2 ** 20).toFixed(1)} MB. Inputs: ${list(inputs)}. Outputs: ${list(outputs)}.`,
    ...(before.length > 0 ? [`Left out, because they only provide its input: ${before.join(', ')}.`] : []),
    ...taught,
    ...(terms ? [terms] : []),
    ...differences,
  ]
}
