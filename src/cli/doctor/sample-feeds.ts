import type { Feed, TensorData, TensorInfo } from '../../engine'

/** The value for free sizes of pictures, in pixels. The number of examples is 1. */
const SIDE = 64

const arrays: Record<TensorInfo['dtype'], (count: number) => TensorData> = {
  float32: (count) => new Float32Array(count),
  float16: (count) => new Uint16Array(count),
  float64: (count) => new Float64Array(count),
  uint8: (count) => new Uint8Array(count),
  int8: (count) => new Int8Array(count),
  uint16: (count) => new Uint16Array(count),
  int16: (count) => new Int16Array(count),
  uint32: (count) => new Uint32Array(count),
  int32: (count) => new Int32Array(count),
  uint64: (count) => new BigUint64Array(count),
  int64: (count) => new BigInt64Array(count),
  bool: (count) => new Uint8Array(count),
}

/** Zeros for every input of a model. */
export function sampleFeeds(inputs: TensorInfo[]): Record<string, Feed> {
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }): [string, Feed] => {
      const dims = shape.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? 1 : SIDE))
      const count = dims.reduce((a, b) => a * b, 1)
      return [name, { kind: 'tensor', dtype, dims, data: arrays[dtype](count) }]
    }),
  )
}
