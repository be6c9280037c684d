import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { EngineError } from '../error'

export interface ModelFile {
  /** Its real path. */
  file: string
  /** Changes when the file is replaced. */
  stamp: number
  /** Bytes, without its external data. */
  size: number
}

/** @throws EngineError if there is no file */
export function identify(path: string): ModelFile {
  let file: string
  let stat: ReturnType<typeof statSync>
  try {
    file = realpathSync.native(path) // realpathSync itself takes as long as converting a small picture
    stat = statSync(file)
  } catch {
    throw new EngineError(
      'model-missing',
      `There is no model file ${path}. Check the path, or download the model again.`,
    )
  }
  if (!stat?.isFile())
    throw new EngineError('model-missing', `${path} is not a file, so it cannot be a model. Choose an .onnx file.`)
  if (stat.size === 0)
    throw new EngineError('model-broken', `The model file ${path} is empty. Download it again or choose another file.`)
  return { file, stamp: Number(stat.mtimeMs), size: Number(stat.size) }
}

/** Bytes of a model with its external data. */
export function wholeSize({ file, size }: ModelFile): number {
  return externalData(file).reduce((sum, data) => sum + statSync(data).size, size)
}

/**
 * Files with a large model's weights. Exporters name them `model.onnx_data`, `model.onnx.data` or similar.
 */
export function externalData(file: string): string[] {
  const folder = dirname(file)
  const start = basename(file)
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && /^[._]data/.test(name.slice(start.length)))
    .map((name) => join(folder, name))
}
