import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { withBytes } from '../../onnx/bytes'
import { readOnnx } from '../../onnx/onnx-file'

/**
 * The path to load a model from: ONNX Runtime looks for external weights in its folder. Links are followed,
 * unless the weights are only next to the link, as in Hugging Face's cache.
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
    return [] // ONNX Runtime reports the error.
  }
}
