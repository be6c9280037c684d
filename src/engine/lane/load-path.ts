import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { withBytes } from '../../onnx/bytes'
import { readOnnx } from '../../onnx/onnx-file'

/**
 * The path by which a model is loaded: its external weights are looked for in that folder. A link is usually followed,
 * but not if the weights are only beside the link, as in Hugging Face's cache.
 *
 * @param path as requested
 * @param file the real path of the same file
 */
export function loadPath(path: string, file: string): string {
  const link = resolve(path)
  if (dirname(link) === dirname(file)) return file
  const weights = externalFiles(file)
  const isComplete = (model: string) => weights.every((name) => existsSync(resolve(dirname(model), name)))
  return weights.length > 0 && !isComplete(file) && isComplete(link) ? link : file
}

function externalFiles(file: string): string[] {
  try {
    return withBytes(file, (bytes) => [...readOnnx(bytes).external.keys()])
  } catch {
    return [] // ONNX Runtime reports what is wrong with it.
  }
}
