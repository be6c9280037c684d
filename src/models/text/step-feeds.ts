import type { Feed, TensorInfo } from '../../engine'
import { numbersFeed } from '../numbers-feed'

type Named = Pick<TensorInfo, 'name' | 'dtype'>

/** The tensors that a text decoder takes for each step besides its caches: those that its file has. */
export interface StepTensors {
  /** Of the tokens; missing if it takes numbers that another file makes from them. */
  ids?: Named | undefined
  /** Of all tokens so far: ones. */
  mask?: Named | undefined
  /** Of the fresh tokens, from 0. */
  positions?: Named | undefined
  cachePosition?: Named | undefined
  /** Whether there are caches. */
  usesCache?: Named | undefined
}

/** @param before how many tokens the caches are of @param fresh those that follow */
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
