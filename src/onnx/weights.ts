import { withBytes } from './bytes'
import type { OnnxFile } from './contents'
import { weightsOf } from './onnx-file'

/**
 * Reads constants of a file as floats, unless they are large. Null for constants that aren't floats or are in
 * another file.
 */
export function weightsAt(path: string, { constants }: OnnxFile): (tensor: string) => Float32Array | null {
  return (tensor) => withBytes(path, (bytes) => weightsOf(bytes, constants.get(tensor)))
}
