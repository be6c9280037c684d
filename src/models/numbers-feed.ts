import type { DataType, Feed, TensorData } from '../engine'

/**
 * A tensor of the given type and numbers. If there are too few, they are repeated, for example one number for
 * all elements or one example for a whole batch.
 */
export function numbersFeed(dtype: DataType, dims: number[], numbers: ArrayLike<number>): Feed {
  const count = dims.reduce((product, size) => product * size, 1)
  const isPart = numbers.length > 0 && numbers.length !== count && count % numbers.length === 0
  const all = isPart ? Array.from({ length: count }, (_, i) => numbers[i % numbers.length] as number) : numbers
  // Float16 is passed as float32; the lane rounds it.
  return { kind: 'tensor', dtype, dims, data: tensorData(dtype, all) }
}

const arrays = {
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  bool: Uint8Array,
}

function tensorData(dtype: DataType, numbers: ArrayLike<number>): TensorData {
  if (dtype === 'int64' || dtype === 'uint64') {
    const whole = Array.from(numbers, (number) => BigInt(Math.round(number)))
    return dtype === 'int64' ? BigInt64Array.from(whole) : BigUint64Array.from(whole)
  }
  return new arrays[dtype](numbers)
}
