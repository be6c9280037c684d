import type { Feed, TensorInfo } from '../../engine'
import { numbersFeed } from '../numbers-feed'

type Named = Pick<TensorInfo, 'name' | 'dtype'>

/** The input tensors of a text decoder besides its caches. Those that the file doesn't have are missing. */
export interface StepTensors {
  /** Token ids. Missing if the decoder takes embeddings made by another file. */
  ids?: Named | undefined
  /** Attention mask: 1 for every token so far. */
  mask?: Named | undefined
  /** The positions of the new tokens, counted from 0 at the start of the text. */
  positions?: Named | undefined
  cachePosition?: Named | undefined
  /** Whether the caches hold anything. */
  usesCache?: Named | undefined
}

/** @param before the number of cached tokens @param fresh the new tokens */
export function stepFeeds(tensors: StepTensors, before: number, fresh: readonly number[]): Record<string, Feed> {
  const { ids, mask, positions, cachePosition, usesCache } = tensors
  const places = Array.from(fresh.keys(), (i) => before + i)
  const feeds: Record<string, Feed> = {}
  const feed = (tensor: Named | undefined, dims: number[], numbers: ArrayLike<number>) => {
    if (tensor) feeds[tensor.name] = numbersFeed(tensor.dtype, dims, numbers)
  }
  feed(ids, [1, fresh.length], fresh)
  feed(mask, [1, before + fresh.length], [1])
  feed(positions, [1, fresh.length], places)
  feed(cachePosition, [fresh.length], places)
  feed(usesCache, [1], [Number(before > 0)])
  return feeds
}
