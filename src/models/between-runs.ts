import type { DataType, FetchedTensor, GivenFeed, TensorFetch } from '../engine'

/** Fetches a tensor only to feed it to another run. However large it is, it can stay in the lane. */
export const FOR_ANOTHER_RUN: TensorFetch = { kind: 'tensor', stays: true }

/**
 * Turns a fetched tensor into a feed for another run.
 *
 * @param dtype the type that the input expects; it differs from the output's for float16, which is fetched as
 * float32
 */
export function fedOn(made: FetchedTensor, dtype: DataType = made.dtype): GivenFeed {
  const { dims, kept } = made
  return kept ? { kind: 'tensor', dtype, dims, data: kept } : { kind: 'tensor', dtype, dims, data: made.data }
}
