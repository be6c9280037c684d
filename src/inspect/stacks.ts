import type { OnnxFile } from '../onnx/contents'
import { makerOf } from './graph'

/** A part of an output: its number of planes (undefined if unclear) and the step that makes it. */
export interface Part {
  planes: number | undefined
  madeAt: number
}

/** The parts that the last step joins to an output, in order, if one of them is a colour picture. */
export function stackOf(file: OnnxFile, output: string): Part[] | null {
  let tensor = output
  for (let depth = 0; depth < 4; depth++) {
    const node = makerOf(file, tensor)
    if (!node) return null
    if (node.op === 'Concat') {
      const parts = node.inputs.flatMap((name) => partOf(file, name) ?? [])
      return parts.length === node.inputs.length && parts.some(({ planes }) => planes === 3) ? parts : null
    }
    if (!['Identity', 'Transpose'].includes(node.op)) return null
    tensor = node.inputs[0] ?? ''
  }
  return null
}

/** Identifies a part by the convolution that makes it. */
function partOf(file: OnnxFile, name: string): Part | null {
  let tensor = name
  let isWhole = true
  for (let depth = 0; depth < 12; depth++) {
    const node = makerOf(file, tensor)
    if (!node) return null
    if (node.op === 'Conv') {
      const planes = file.constants.get(node.inputs[1] ?? '')?.dims[0]
      return planes === undefined ? null : { planes: isWhole ? planes : undefined, madeAt: file.nodes.indexOf(node) }
    }
    if (node.op === 'Slice' || node.op === 'Split' || node.op === 'DepthToSpace') isWhole = false
    tensor = node.inputs.find((each) => !file.constants.has(each) && each !== '') ?? ''
  }
  return null
}
