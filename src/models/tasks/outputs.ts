import type { Fetch, Fetched, FetchedTensor } from '../../engine'
import type { Image } from '../../types'
import { finishClasses } from '../classes'
import { finishColors } from '../colors'
import { finishLetters, lettersFetch } from '../letters'
import { modelPath } from '../locate'
import type { FetchSpec } from '../manifest'
import { finishMasks } from '../masks'
import { finishPeaks, finishPoints } from '../points'
import { named, outputPorts } from '../ports'
import { readWith } from '../read-with'
import { finishBest } from '../steps/best'
import { clickFeeds, keepChosen } from '../steps/clicks'
import { finish, type Originals, tensorFetchOf } from '../tensor-outputs'
import type { Job } from './task'

/** The tensors to request from the engine for the outputs that a variant's fetches make. */
export function fetchesOf(
  { model, variant }: Pick<Job, 'model' | 'variant'>,
  originals: Originals,
): Record<string, Fetch> {
  const path = (file: string) => modelPath(model, variant, file)
  const asked: Record<string, Fetch> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches)) {
    asked[tensor] = tensorFetchOf(spec, originals, path)
    for (const other of readWith(spec))
      asked[other] = spec.kind === 'letters' ? lettersFetch(spec, path) : { kind: 'tensor' }
  }
  return asked
}

/** Port name → value, for all outputs that a variant's fetches make. */
export async function outputsOf(
  { model, variant, inputs, state, tokenizer }: Job,
  fetched: Record<string, Fetched>,
  { originals, tokens }: { originals: Originals; tokens: ReadonlyMap<string, number> },
): Promise<Record<string, unknown>> {
  const ports = outputPorts(model, variant).flat()
  const path = (file: string) => modelPath(model, variant, file)
  const outputs: Record<string, unknown> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches))
    Object.assign(outputs, await made(spec, fetched[tensor] as Fetched))
  return outputs

  async function made(spec: FetchSpec, value: Fetched): Promise<Record<string, unknown>> {
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
        const best = await finishBest(spec, value as FetchedTensor, scores, picture)
        if (clickFeeds(variant.feeds).some(({ follow }) => follow)) keepChosen(state, picture, best[spec.to] as Image)
        return best
      }
      case 'category':
        return finishClasses(spec, port, value as FetchedTensor, path)
      default:
        return { [spec.to]: await finish(spec, port, value, { originals, tokens, tokenizer }) }
    }
  }
}
