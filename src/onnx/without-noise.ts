import type { Bytes } from './bytes'
import { type Field, fields, floats, integers, text } from './protobuf'
import { block, blockStart, ELEMENT, type NewNode, node, tensor } from './write'

/**
 * The file with zeros in place of the noise with mean 0 that its graph draws. Encoders that sample from a
 * distribution then return its mean, always the same for the same picture. Null if the graph draws no noise.
 * @throws ProtobufError if the bytes aren't an ONNX file
 */
export function withoutNoise(bytes: Bytes): Buffer | null {
  const rest: Buffer[] = []
  const graph: Buffer[] = []
  let drawn = 0
  const copy = (start: number, end: number) => Buffer.from(bytes.at(start, end - start))
  let from = 0
  for (const field of fields(bytes)) {
    if (field.number === 7) {
      let at = field.start
      for (const part of fields(bytes, field.start, field.end)) {
        const zeros = part.number === 1 ? zerosFor(bytes, part) : null
        if (zeros) drawn++
        graph.push(...(zeros?.map((each) => block(1, node(each))) ?? [copy(at, part.end)]))
        at = part.end
      }
    } else rest.push(copy(from, field.end))
    from = field.end
  }
  if (drawn === 0) return null
  const size = graph.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([...rest, blockStart(7, size), ...graph])
}

/** Steps that make zeros instead of this step's noise; null if it draws none. */
function zerosFor(bytes: Bytes, step: Field): NewNode[] | null {
  const inputs: string[] = []
  const outputs: string[] = []
  let op = ''
  const attributes: Field[] = []
  for (const field of fields(bytes, step.start, step.end)) {
    if (field.number === 1) inputs.push(text(bytes, field))
    else if (field.number === 2) outputs.push(text(bytes, field))
    else if (field.number === 4) op = text(bytes, field)
    else if (field.number === 5) attributes.push(field)
  }
  if (op !== 'RandomNormalLike' && op !== 'RandomNormal') return null
  const { mean = 0, dtype, shape } = readAttributes(bytes, attributes)
  const [made] = outputs
  if (mean !== 0 || made === undefined) return null
  const [like, sizes, plain] = ['like', 'shape', 'zeros'].map((part) => `daisychain/${made}/${part}`) as [
    string,
    string,
    string,
  ]
  const cast = (of: string, as: string): NewNode => ({
    op: 'Cast',
    inputs: [of],
    outputs: [as],
    attributes: { to: dtype ?? ELEMENT.float32 },
  })
  const [given] = inputs
  if (given !== undefined) {
    const same = dtype === undefined ? given : like
    const zeros: NewNode = { op: 'Sub', inputs: [same, same], outputs: [made] }
    return dtype === undefined ? [zeros] : [cast(given, like), zeros]
  }
  return [
    {
      op: 'Constant',
      inputs: [],
      outputs: [sizes],
      attributes: { value: { tensor: tensor('int64', [shape.length], shape) } },
    },
    { op: 'ConstantOfShape', inputs: [sizes], outputs: [plain] },
    cast(plain, made),
  ]
}

function readAttributes(bytes: Bytes, attributes: readonly Field[]) {
  const read: { mean?: number; dtype?: number; shape: number[] } = { shape: [] }
  for (const { start, end } of attributes) {
    let name = ''
    let real = 0
    let whole = 0
    const list: number[] = []
    for (const part of fields(bytes, start, end)) {
      if (part.number === 1) name = text(bytes, part)
      else if (part.number === 2) real = floats(bytes, part)[0] ?? 0
      else if (part.number === 3) whole = part.value
      else if (part.number === 8) list.push(...integers(bytes, part))
    }
    if (name === 'mean') read.mean = real
    else if (name === 'dtype') read.dtype = whole
    else if (name === 'shape') read.shape = list
  }
  return read
}
