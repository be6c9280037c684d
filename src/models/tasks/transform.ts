import type { Fetch, FetchedTensor } from '../../engine'
import { finishClasses } from '../classes'
import { finishColors } from '../colors'
import { fetchOf, finish } from '../fetch'
import { modelPath } from '../locate'
import { finishPeaks, finishPoints } from '../points'
import { outputPorts } from '../ports'
import { loadTokenizer } from '../tokenizer'
import { named, prepareFeeds } from './feeds'
import type { Job } from './task'
import { inTiles, tiledFeed } from './tiles'

/** One run: each feed is made as the variant says, and each output from its tensor. A run for each tile where there are tiles. */
export function transform(job: Job): Promise<Record<string, unknown>> {
  const tiled = tiledFeed(job.variant)
  return tiled ? inTiles(job, tiled, once) : once(job)
}

async function once(job: Job): Promise<Record<string, unknown>> {
  const { model, variant, run, state } = job
  const { feeds, originals, tokens } = await prepareFeeds(job)
  const kept = Object.values(variant.feeds).flatMap((spec) => (spec.kind === 'state' ? [spec.output] : []))
  const fetches: Record<string, Fetch> = Object.fromEntries(kept.map((tensor) => [tensor, { kind: 'tensor' }]))
  for (const [tensor, spec] of Object.entries(variant.fetches)) {
    fetches[tensor] = fetchOf(spec, originals)
    if (spec.kind === 'peaks' && spec.down !== undefined) fetches[spec.down] = { kind: 'tensor' }
  }
  const fetched = await run(feeds, fetches)
  for (const tensor of kept) state.set(tensor, fetched[tensor] as FetchedTensor)

  const ports = new Map(
    outputPorts(model, variant)
      .flat()
      .map((port) => [port.name, port]),
  )
  const path = (file: string) => modelPath(model, variant, file)
  const tokenizer = (file: string) => loadTokenizer(path(file))
  const outputs: Record<string, unknown> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches)) {
    const value = fetched[tensor] as (typeof fetched)[string]
    const port = named(ports, spec.to)
    if (spec.kind === 'points')
      Object.assign(outputs, finishPoints(spec, value as FetchedTensor, originals.get(spec.of)))
    else if (spec.kind === 'peaks') {
      const down = fetched[spec.down ?? ''] as FetchedTensor | undefined
      Object.assign(outputs, finishPeaks(spec, value as FetchedTensor, down, originals.get(spec.of)))
    } else if (spec.kind === 'colors')
      Object.assign(outputs, await finishColors(spec, value as FetchedTensor, originals.get(spec.of)))
    else if (spec.kind === 'category') Object.assign(outputs, finishClasses(spec, port, value as FetchedTensor, path))
    else outputs[spec.to] = await finish(spec, port, value, { originals, tokens, tokenizer })
  }
  return outputs
}
