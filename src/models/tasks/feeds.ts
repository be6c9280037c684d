import type { Feed, FetchedTensor, GivenFeed } from '../../engine'
import { type Image, isImage } from '../../types'
import { numbersFeed, prepare, waves } from '../feed'
import type { FeedSpec } from '../manifest'
import { inputPorts, named } from '../ports'
import { clickNumbers, clicksOf } from '../steps/clicks'
import type { Original } from '../tensor-outputs'
import type { Job } from './task'

/**
 * All feeds as the variant describes them; of each picture its size and its place on the model's canvas, and of each text how
 * many tokens it has.
 */
export async function prepareFeeds({ model, variant, inputs, state, tokenizer, textCut }: Job) {
  const ports = inputPorts(model, variant)
  const feeds: Record<string, GivenFeed> = {}
  const originals = new Map<string, Original>()
  const tokens = new Map<string, number>()
  const placementOf = (port: string) => originals.get(port)?.placement
  for (const [tensor, spec] of picturesFirst(variant.feeds)) {
    if (spec.kind === 'frame' || spec.kind === 'repeat') continue // the task makes one for each run
    if (spec.kind === 'constant') {
      feeds[tensor] = numbersFeed(spec.dtype ?? 'float32', spec.dims, constantNumbers(spec))
    } else if (spec.kind === 'state') {
      feeds[tensor] = stateFeed(spec, state.get(spec.output) as FetchedTensor | undefined)
    } else if (spec.kind === 'tensor') {
      const { dtype, dims, data } = inputs[spec.from] as FetchedTensor
      feeds[tensor] = { kind: 'tensor', dtype, dims, data }
    } else if (spec.kind === 'clicks') {
      const { numbers, dims } = clickNumbers(spec, clicksOf(spec, inputs, state), inputs[spec.from] as Image)
      feeds[tensor] = numbersFeed(spec.dtype ?? 'float32', dims, numbers)
    } else {
      const value = inputs[spec.from]
      const prepared = await prepare(spec, named(ports, spec.from), value, placementOf, tokenizer)
      feeds[tensor] = prepared.feed
      if (prepared.tokens !== undefined) tokens.set(spec.from, prepared.tokens)
      if (prepared.isCut) textCut?.()
      if (prepared.placement) {
        const { width, height } = value as Image
        originals.set(spec.from, {
          width,
          height,
          placement: prepared.placement,
          ...(isImage(value) && { image: value }),
        })
      }
    }
  }
  return { feeds, originals, tokens }
}

function constantNumbers({ value, waves: areWaves, dims }: Extract<FeedSpec, { kind: 'constant' }>): number[] {
  const [first = 0, ...rest] = [value].flat()
  return areWaves ? waves(first, dims.at(-1) ?? 0) : [first, ...rest]
}

/** Others may ask where a picture lies. */
function picturesFirst(feeds: Record<string, FeedSpec>): [string, FeedSpec][] {
  return Object.entries(feeds).sort(([, a], [, b]) => Number(b.kind === 'image') - Number(a.kind === 'image'))
}

function stateFeed(
  { dtype = 'float32', dims, value = 0 }: Extract<FeedSpec, { kind: 'state' }>,
  kept?: FetchedTensor,
): Feed {
  return kept ? { kind: 'tensor', dtype, dims: kept.dims, data: kept.data } : numbersFeed(dtype, dims, [value])
}
