import { withBytes } from '../../onnx/bytes'
import type { OnnxFile, OnnxNode } from '../../onnx/contents'
import { readOnnx } from '../../onnx/onnx-file'

/**
 * The order of dimensions with which WebGPU computes a model correctly. Channels-last is faster and ONNX
 * Runtime's default, but then its convolution reads from wrong positions if it has 6, 9, 15, 18 … input
 * channels and a multiple of four output channels (1.30; github.com/microsoft/onnxruntime/issues/29651). It
 * reports no error; the numbers are just wrong.
 */
export function webgpuLayout(path: string): 'NHWC' | 'NCHW' {
  try {
    return withBytes(path, (bytes) => (hasMisreadConvolution(readOnnx(bytes)) ? 'NCHW' : 'NHWC'))
  } catch {
    return 'NHWC' // not readable: ONNX Runtime reports what is wrong with it
  }
}

export function hasMisreadConvolution(file: OnnxFile): boolean {
  const makers = new Map(file.nodes.flatMap((node) => node.outputs.map((name) => [name, node])))
  return file.nodes.some((node) => {
    if (node.op !== 'Conv' || (node.attributes.group ?? 1) !== 1) return false
    const [given, taken, ...kernel] = weightDims(file, makers, node.inputs[1] ?? '')
    if (!given || !taken || isMatrixProduct(kernel, node)) return false
    return taken > 3 && taken % 3 === 0 && taken % 4 !== 0 && given % 4 === 0
  })
}

/** A 1×1 convolution is computed as a matrix product, which works correctly. */
function isMatrixProduct(kernel: number[], { attributes }: OnnxNode): boolean {
  return [...kernel, ...[attributes.strides ?? []].flat()].every((size) => size === 1)
}

/** Operators that expand small weights when a file is loaded. They don't change dimensions. */
const UNPACKING: ReadonlySet<string> = new Set(['Cast', 'CastLike', 'DequantizeLinear', 'Identity', 'Mul'])

/** [inputs, outputs, …kernel], or nothing if the weights aren't in the file. */
function weightDims(file: OnnxFile, makers: ReadonlyMap<string, OnnxNode>, tensor: string, depth = 0): number[] {
  const constant = file.constants.get(tensor)
  if (constant) return constant.dims
  const maker = makers.get(tensor)
  if (!maker || !UNPACKING.has(maker.op) || depth > 4) return []
  // Scales for each row or column have size 1 in the other dimensions; a single scale has fewer dimensions.
  const factors = maker.inputs.map((input) => weightDims(file, makers, input, depth + 1))
  const [first = [], ...others] = factors.filter(({ length }) => length > 2)
  return first.map((size, axis) => Math.max(size, ...others.map((dims) => dims[axis] ?? 1)))
}
