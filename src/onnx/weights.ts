import { withBytes } from './bytes'
import { type OnnxFile, weightsOf } from './onnx-file'

/** Reads constants of a file that aren't too large, as floats; null for those that aren't floats or are elsewhere. */
export function weightsAt(path: string, { constants }: OnnxFile): (tensor: string) => Float32Array | null {
  return (tensor) => withBytes(path, (bytes) => weightsOf(bytes, constants.get(tensor)))
}
