import { EngineError } from '../error'
import type { DataType, ModelInfo, TensorData } from '../types'
import type { Allocate } from './buffers'
import type { Tensor } from './pack'
import type { OutputTensor } from './unpack'

/**
 * Whether a graph's first dimension counts examples: all inputs and outputs give it the same name. Detectors
 * with lists of detections use another name there.
 */
export function hasBatchDimension({ inputs, outputs }: Pick<ModelInfo, 'inputs' | 'outputs'>): boolean {
  const [name] = inputs[0]?.shape ?? []
  return typeof name === 'string' && name !== '' && [...inputs, ...outputs].every(({ shape }) => shape[0] === name)
}

/** Concatenates examples of the same shape. A single one is returned as it is. */
export function joinTensors(tensors: Tensor[], allocate: Allocate): Tensor {
  const [first] = tensors as [Tensor]
  if (tensors.length === 1) return first
  const length = first.data.length
  const make = first.data.constructor as new (buffer: ArrayBuffer) => TensorData
  const data = new make(allocate(first.data.byteLength * tensors.length))
  tensors.forEach(({ data: part }, index) => {
    data.set(part as never, index * length)
  })
  return { ...first, dims: [tensors.length, ...first.dims.slice(1)], data }
}

/** The examples of an output, each as a copy. @throws EngineError if it doesn't hold this many */
export function splitTensor(name: string, tensor: OutputTensor, count: number): OutputTensor[] {
  if (count === 1) return [tensor]
  const { type, dims, data } = tensor as { type: DataType; dims: number[]; data: TensorData }
  if (dims[0] !== count)
    throw new EngineError('run', `The output "${name}" is ${dims.join('×')}, which does not hold ${count} examples.`)
  const length = data.length / count
  return Array.from({ length: count }, (_, index) => ({
    type,
    dims: [1, ...dims.slice(1)],
    data: data.slice(index * length, (index + 1) * length),
  }))
}
