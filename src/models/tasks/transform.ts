import type { Fetch, FetchedTensor } from '../../engine'
import { FOR_ANOTHER_RUN } from '../between-runs'
import type { FetchSpec } from '../manifest'
import { nothingMarked, withMasks } from '../masks-given'
import { nothingChosen } from '../steps/best'
import { clickFeeds, clicksOf, refuseBox } from '../steps/clicks'
import { prepareFeeds } from './feeds'
import { fetchesOf, outputsOf } from './outputs'
import type { Job } from './task'
import { inTiles, tiledFeed } from './tiles'

/**
 * Runs the file once: feeds are made from the inputs, and outputs from the tensors, as the variant describes.
 * A picture in tiles needs one run per tile.
 */
export function transform(job: Job): Promise<Record<string, unknown>> {
  const tiled = tiledFeed(job.variant)
  return tiled ? inTiles(job, tiled, once) : once(job)
}

async function once(given: Job): Promise<Record<string, unknown>> {
  const job = await withMasks(given)
  const { variant, run, state, inputs, haveRead } = job
  const unmarked = nothingMarked(variant.fetches, inputs)
  if (unmarked) return unmarked
  const clicks = clickFeeds(variant.feeds)
  refuseBox(clicks, job)
  if (clicks.length > 0 && clicks.every((spec) => clicksOf(spec, inputs, state).length === 0))
    return nothingChosen(variant.fetches, inputs)
  const { feeds, originals, tokens } = await prepareFeeds(job)
  const kept = Object.values(variant.feeds).flatMap((spec) => (spec.kind === 'state' ? [spec.output] : []))
  const fetches: Record<string, Fetch> = {
    ...Object.fromEntries(kept.map((tensor) => [tensor, FOR_ANOTHER_RUN])),
    ...fetchesOf(job, originals),
  }
  if (haveRead && !Object.values(variant.fetches).some(readsPicture)) {
    for (const original of originals.values()) delete original.image
    haveRead()
  }
  const fetched = await run(feeds, fetches)
  for (const tensor of kept) state.set(tensor, fetched[tensor] as FetchedTensor)
  return outputsOf(job, fetched, { originals, tokens })
}

/** Whether an output is computed from the pixels of the input picture, not only from its size. */
function readsPicture(spec: FetchSpec): boolean {
  return spec.kind === 'best' || spec.kind === 'colors' || 'colorsOf' in spec || 'curves' in spec || 'over' in spec
}
