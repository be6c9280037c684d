import type { FetchedTensor, GivenFeed } from '../../engine'
import { type Image, isImage } from '../../types'
import { partAround } from '../around'
import { isBefore, keepForNext, pictureBefore } from '../before'
import { fedOn } from '../between-runs'
import { type PortFeedSpec, prepare, type SizedFeedSpec, waves } from '../feed'
import type { FeedSpec } from '../manifest'
import { numbersFeed } from '../numbers-feed'
import { inputPorts, named } from '../ports'
import { sideOf } from '../side'
import { clickNumbers, clicksOf } from '../steps/clicks'
import type { Original } from '../tensor-outputs'
import type { Job, State } from './task'

/**
 * All feeds that the variant describes, plus each picture's size and position on the model's canvas, and each
 * text's number of tokens.
 */
export async function prepareFeeds(job: Job) {
  const { model, variant, inputs, state, tokenizer, textCut } = job
  const ports = inputPorts(model, variant)
  const feeds: Record<string, GivenFeed> = {}
  const originals = new Map<string, Original>()
  const tokens = new Map<string, number>()
  const placementOf = (port: string) => originals.get(port)?.placement
  for (const [tensor, spec] of picturesFirst(variant.feeds)) {
    if (spec.kind === 'frame' || spec.kind === 'repeat') continue // the task makes these itself, one for each run
    if (!isOfPort(spec)) feeds[tensor] = feedOf(spec, inputs, state)
    else {
      const isOld = isBefore(spec)
      const value = isOld ? pictureBefore(state, spec.from, inputs[spec.from] as Image) : inputs[spec.from]
      const prepared = await prepare(sized(spec, job), named(ports, spec.from), value, placementOf, tokenizer)
      feeds[tensor] = prepared.feed
      if (prepared.tokens !== undefined) tokens.set(spec.from, prepared.tokens)
      if (prepared.isCut) textCut?.()
      if (prepared.placement && !isOld) {
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
  keepForNext(state, variant.feeds, inputs)
  return { feeds, originals, tokens }
}

/** A tensor, or the rows of two tensors one after the other. */
function tensorFeed(parts: readonly FetchedTensor[], as?: 'mask'): GivenFeed {
  const [first] = parts as [FetchedTensor]
  const { dtype, dims } = first
  const rows = parts.reduce((sum, part) => sum + (part.dims[1] ?? 0), 0)
  if (as === 'mask') return numbersFeed('int64', [1, rows], [1])
  if (parts.length === 1) return fedOn(first)
  for (const part of parts)
    if (part.dims.length !== 3 || part.dims[2] !== dims[2])
      throw new Error(`Rows of ${dims[2]} and of ${part.dims[2]} numbers cannot be joined.`)
  const numbers = parts.flatMap((part) => Array.from(part.data as Float32Array))
  return numbersFeed(dtype, [1, rows, dims[2] as number], numbers)
}

type Feeds = Exclude<FeedSpec, { kind: 'frame' | 'repeat' }>
const OTHERS: readonly FeedSpec['kind'][] = ['constant', 'state', 'tensor', 'clicks']
const isOfPort = (spec: Feeds): spec is PortFeedSpec => !OTHERS.includes(spec.kind)

/** A feed that isn't made from a single input. */
function feedOf(spec: Exclude<Feeds, PortFeedSpec>, inputs: Job['inputs'], state: State): GivenFeed {
  switch (spec.kind) {
    case 'constant':
      return numbersFeed(spec.dtype ?? 'float32', spec.dims, constantNumbers(spec))
    case 'state':
      return stateFeed(spec, state.get(spec.output) as FetchedTensor | undefined)
    case 'tensor': {
      const names = [spec.from, ...(spec.and === undefined ? [] : [spec.and])]
      return tensorFeed(names.map((name) => inputs[name]) as FetchedTensor[], spec.as)
    }
    case 'clicks': {
      const { numbers, dims } = clickNumbers(spec, clicksOf(spec, inputs, state), inputs[spec.from] as Image)
      return numbersFeed(spec.dtype ?? 'float32', dims, numbers)
    }
  }
}

function constantNumbers({ value, waves: areWaves, dims }: Extract<FeedSpec, { kind: 'constant' }>): number[] {
  const [first = 0, ...rest] = [value].flat()
  return areWaves ? waves(first, dims.at(-1) ?? 0) : [first, ...rest]
}

/** The feed of a picture, after the sizes set by inputs have been filled in. */
function sized(spec: PortFeedSpec, job: Job): SizedFeedSpec {
  if (spec.kind !== 'image' && spec.kind !== 'mask') return spec
  const { size } = spec
  if (size.fit === 'around')
    return { ...spec, size: partAround(size, job.inputs[size.of] as Image, job.inputs[size.mask] as Image) }
  if (size.fit !== 'chosen') return { ...spec, size }
  const { width, height, multipleOf = 1, kernel } = size
  const [wide, high] = [sideOf(job, width, multipleOf), sideOf(job, height, multipleOf)]
  return { ...spec, size: { fit: 'cover', width: wide, height: high, ...(kernel && { kernel }) } }
}

/** Pictures come first, because other feeds may need their placement. */
function picturesFirst(feeds: Record<string, FeedSpec>): [string, FeedSpec][] {
  return Object.entries(feeds).sort(([, a], [, b]) => Number(b.kind === 'image') - Number(a.kind === 'image'))
}

function stateFeed(
  { dtype = 'float32', dims, value = 0 }: Extract<FeedSpec, { kind: 'state' }>,
  left?: FetchedTensor,
): GivenFeed {
  return left ? fedOn(left, dtype) : numbersFeed(dtype, dims, [value])
}
