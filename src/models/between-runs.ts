import type { DataType, FetchedTensor, GivenFeed, TensorFetch } from '../engine'

/** Asks for a tensor that another run is fed: no matter how large, it needn't come here. */
export const FOR_ANOTHER_RUN: TensorFetch = { kind: 'tensor', stays: true }

/**
 * What a run made, for another one.
 *
 * @param dtype where the input has another type than the output had: halves come out as floats
 */
export function fedOn(made: FetchedTensor, dtype: DataType = made.dtype): GivenFeed {
  const { dims, kept } = made
  return kept ? { kind: 'tensor', dtype, dims, data: kept } : { kind: 'tensor', dtype, dims, data: made.data }
}
