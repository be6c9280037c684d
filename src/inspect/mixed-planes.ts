import type { OnnxFile } from '../onnx/contents'
import { makerOf } from './graph'
import { stackOf } from './stacks'

/**
 * Steps that bound numbers in some way: values that pass through one have other units than those that pass through
 * another, or none.
 */
const BENDS: ReadonlySet<string> = new Set(
  'Sigmoid,HardSigmoid,Softmax,Tanh,Softplus,Exp,Relu,Clip,Elu,LeakyRelu,Softsign,Sqrt'.split(','),
)
/** Steps that keep the units, and change only place, type and size. */
const KEEPS: ReadonlySet<string> = new Set(
  'Identity,Cast,Transpose,Reshape,Squeeze,Unsqueeze,Slice,Mul,Div,Add,Sub,Resize,Upsample'.split(','),
)

/**
 * Whether the last step joins planes of different units, such as scores and distances, which can't be compared like
 * colours or labels. Stacked pictures of three planes each don't count.
 */
export function areMixed(file: OnnxFile, output: string): boolean {
  let tensor = output
  for (let depth = 0; depth < 4; depth++) {
    const maker = makerOf(file, tensor)
    if (maker?.op === 'Concat')
      return stackOf(file, output) === null && new Set(maker.inputs.map((part) => bendOf(file, part))).size > 1
    if (maker?.op !== 'Identity' && maker?.op !== 'Transpose') return false
    tensor = maker.inputs[0] ?? ''
  }
  return false
}

/** The last step that bounds a part's numbers; empty if none does, or it is unclear. */
function bendOf(file: OnnxFile, part: string): string {
  let tensor = part
  for (let depth = 0; depth < 12; depth++) {
    const maker = makerOf(file, tensor)
    if (!maker) return ''
    if (BENDS.has(maker.op)) return maker.op
    const given = maker.inputs.filter((name) => name !== '' && !file.constants.has(name))
    const [from = ''] = given
    if (!KEEPS.has(maker.op) || (given.length > 1 && /^(Mul|Div|Add|Sub)$/.test(maker.op))) return ''
    tensor = from
  }
  return ''
}
