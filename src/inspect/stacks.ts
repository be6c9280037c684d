import type { OnnxFile } from '../onnx/onnx-file'
import { makerOf } from './graph'

/** The parts that the last step joins to an output: how many planes each has, in order, and which is made last. */
export function stackOf(file: OnnxFile, output: string): { planes: number; madeAt: number }[] | null {
  let tensor = output
  for (let depth = 0; depth < 4; depth++) {
    const node = makerOf(file, tensor)
    if (!node) return null
    if (node.op === 'Concat') {
      const parts = node.inputs.map((name) => partOf(file, name))
      return parts.every((part) => part !== null) && parts.some((part) => part?.planes === 3)
        ? (parts as { planes: number; madeAt: number }[])
        : null
    }
    if (!['Identity', 'Transpose'].includes(node.op)) return null
    tensor = node.inputs[0] ?? ''
  }
  return null
}

/** A part by the convolution that makes it. */
function partOf(file: OnnxFile, name: string): { planes: number; madeAt: number } | null {
  let tensor = name
  for (let depth = 0; depth < 12; depth++) {
    const node = makerOf(file, tensor)
    if (!node) return null
    if (node.op === 'Conv') {
      const planes = file.constants.get(node.inputs[1] ?? '')?.dims[0]
      return planes === undefined ? null : { planes, madeAt: file.nodes.indexOf(node) }
    }
    // Some planes of a convolution say nothing of how many there are.
    if (node.op === 'Slice' || node.op === 'Split') return null
    tensor = node.inputs.find((each) => !file.constants.has(each) && each !== '') ?? ''
  }
  return null
}
