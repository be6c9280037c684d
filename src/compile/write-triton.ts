import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine, Feed } from '../engine'
import type { CompiledChain } from './compile'
import { CompileError } from './compile-error'
import { type RunWritten, runFile } from './prove'
import type { Stage } from './stages'
import { type TritonModel, type TritonStep, tritonConfig } from './triton-config'
import { writeJoined } from './write-file'

/** In a model's folder: the folder of the first version, and the file of its network. */
const VERSION = '1'
const FILE = 'model.onnx'

interface Repository {
  /** Paths in its folder, with `/` as separator; the network of the whole chain comes first. */
  files: string[]
  /** Runs the chain as an ensemble. Undefined if it has only one network. */
  runEnsemble?: (engine: Engine) => RunWritten
}

/**
 * Writes a model repository for NVIDIA Triton, which other servers can read too: the chain as one model, and
 * if it has several networks also as an ensemble, with each network as a separate model.
 * @param name of the one model; the others' names begin with it
 */
export function writeTriton(compiled: CompiledChain, folder: string, name: string): Repository {
  const { inputs, outputs, metadata, file } = compiled
  const parameters = about(metadata)
  const whole = { name, inputs, outputs, parameters }
  const files = writeModel(folder, whole, file)
  const stages = compiled.stages()
  if (stages.length < 2) return { files }
  const steps = stages.map((stage, i): TritonStep => {
    const model = `${name}-${i + 1}-${stage.link.model.id}`
    const { inputs, outputs, metadata } = stage
    files.push(...writeModel(folder, { name: model, inputs, outputs, parameters: about(metadata) }, stage.file))
    return { model, inputs: tensorsOf(inputs), outputs: tensorsOf(outputs) }
  })
  files.push(...writeModel(folder, { ...whole, name: `${name}-ensemble`, steps }))
  return { files, runEnsemble: (engine) => runSteps(folder, steps, outputs, engine) }
}

const tensorsOf = (ports: Stage['inputs']) => Object.fromEntries(ports.map(({ name, tensor }) => [name, tensor]))

/** The metadata without entries that have their own fields in `config.pbtxt`. */
function about({ 'daisychain.inputs': _, 'daisychain.outputs': __, ...rest }: Record<string, string>) {
  return rest
}

function writeModel(repository: string, model: TritonModel, file?: CompiledChain['file']): string[] {
  const folder = join(repository, model.name)
  const version = join(folder, VERSION)
  mkdirSync(version, { recursive: true })
  writeFileSync(join(folder, 'config.pbtxt'), tritonConfig(model))
  // An ensemble's version folder needs a file, because archives and Git leave out empty folders.
  if (file) writeJoined(file, version, FILE)
  else writeFileSync(join(version, '.gitkeep'), '')
  const names = file ? [FILE, ...file.data.map((each) => each.name)] : ['.gitkeep']
  return [...names.map((each) => `${model.name}/${VERSION}/${each}`), `${model.name}/config.pbtxt`]
}

/** Runs an ensemble as Triton does: each model as soon as its inputs are ready. */
function runSteps(folder: string, steps: TritonStep[], outputs: CompiledChain['outputs'], engine: Engine): RunWritten {
  return async (feeds) => {
    const tensors = new Map<string, Feed>(Object.entries(feeds))
    for (const { model, inputs, outputs } of steps) {
      const path = join(folder, model, VERSION, FILE)
      const given = Object.entries(inputs).map(([own, tensor]) => {
        const feed = tensors.get(tensor)
        if (!feed) throw new CompileError(`The ensemble has no tensor “${tensor}” when its model ${model} needs it.`)
        return [own, feed] as const
      })
      const made = await runFile(
        path,
        Object.keys(outputs).map((name) => ({ name })),
        engine,
      )(Object.fromEntries(given))
      for (const [own, tensor] of Object.entries(outputs))
        if (made[own]) tensors.set(tensor, { kind: 'tensor', ...made[own] })
    }
    return Object.fromEntries(outputs.map(({ name }) => [name, tensors.get(name)])) as Awaited<ReturnType<RunWritten>>
  }
}
