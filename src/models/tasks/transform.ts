import type { Fetch, Fetched, FetchedTensor } from '../../engine'
import type { Image } from '../../types'
import { finishClasses } from '../classes'
import { finishColors } from '../colors'
import { finishLetters } from '../letters'
import { modelPath } from '../locate'
import type { FetchSpec } from '../manifest'
import { finishMasks } from '../masks'
import { finishPeaks, finishPoints } from '../points'
import { named, outputPorts } from '../ports'
import { readWith } from '../read-with'
import { finishBest, nothingChosen } from '../steps/best'
import { clickFeeds, clicksOf, keepChosen, refuseBox } from '../steps/clicks'
import { finish, tensorFetchOf } from '../tensor-outputs'
import { prepareFeeds } from './feeds'
import type { Job } from './task'
import { inTiles, tiledFeed } from './tiles'

/** One run: each feed is made as the variant says, and each output from its tensor. A run for each tile where there are tiles. */
export function transform(job: Job): Promise<Record<string, unknown>> {
  const tiled = tiledFeed(job.variant)
  return tiled ? inTiles(job, tiled, once) : once(job)
}

async function once(job: Job): Promise<Record<string, unknown>> {
  const { model, variant, run, state, tokenizer, inputs, haveRead } = job
  const clicks = clickFeeds(variant.feeds)
  refuseBox(clicks, job)
  if (clicks.length > 0 && clicks.every((spec) => clicksOf(spec, inputs, state).length === 0))
    return nothingChosen(variant.fetches, inputs)
  const { feeds, originals, tokens } = await prepareFeeds(job)
  const kept = Object.values(variant.feeds).flatMap((spec) => (spec.kind === 'state' ? [spec.output] : []))
  const fetches: Record<string, Fetch> = Object.fromEntries(kept.map((tensor) => [tensor, { kind: 'tensor' }]))
  for (const [tensor, spec] of Object.entries(variant.fetches)) {
    fetches[tensor] = tensorFetchOf(spec, originals)
    for (const other of readWith(spec)) fetches[other] = { kind: 'tensor' }
  }
  if (haveRead && !Object.values(variant.fetches).some(readsPicture)) {
    for (const original of originals.values()) delete original.image
    haveRead()
  }
  const fetched = await run(feeds, fetches)
  for (const tensor of kept) state.set(tensor, fetched[tensor] as FetchedTensor)

  const ports = outputPorts(model, variant).flat()
  const path = (file: string) => modelPath(model, variant, file)
  const outputs: Record<string, unknown> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches)) {
    const value = fetched[tensor] as Fetched
    Object.assign(outputs, await outputsOf(spec, value))
  }
  return outputs

  /** Port name → value. */
  async function outputsOf(spec: FetchSpec, value: Fetched): Promise<Record<string, unknown>> {
    const port = named(ports, spec.to)
    switch (spec.kind) {
      case 'points':
        return finishPoints(spec, value as FetchedTensor, originals.get(spec.of))
      case 'peaks': {
        const [down, offsets] = [spec.down, spec.offsets].map((other) => fetched[other ?? '']) as FetchedTensor[]
        return finishPeaks(spec, value as FetchedTensor, { down, offsets }, originals.get(spec.of))
      }
      case 'colors':
        return finishColors(spec, value as FetchedTensor, originals.get(spec.of))
      case 'masks':
        return finishMasks(spec, value as FetchedTensor, originals)
      case 'letters':
        return finishLetters(spec, [value, ...readWith(spec).map((other) => fetched[other])] as FetchedTensor[], path)
      case 'best': {
        const picture = inputs[spec.of] as Image
        const scores = fetched[spec.scores] as FetchedTensor
        const made = await finishBest(spec, value as FetchedTensor, scores, picture)
        if (clicks.some(({ follow }) => follow)) keepChosen(state, picture, made[spec.to] as Image)
        return made
      }
      case 'category':
        return finishClasses(spec, port, value as FetchedTensor, path)
      default:
        return { [spec.to]: await finish(spec, port, value, { originals, tokens, tokenizer }) }
    }
  }
}

/** Whether an output is made of the picture itself, not only of its size. */
function readsPicture(spec: FetchSpec): boolean {
  return spec.kind === 'best' || spec.kind === 'colors' || 'colorsOf' in spec || 'curves' in spec
}
