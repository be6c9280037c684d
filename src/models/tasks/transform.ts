import type { Fetch } from '../../engine'
import { fetchOf, finish } from '../fetch'
import { modelPath } from '../locate'
import { outputPorts } from '../ports'
import { loadTokenizer } from '../tokenizer'
import { named, prepareFeeds } from './feeds'
import type { Job } from './task'

/** One run: each feed is made as the variant says, and each output from its tensor. */
export async function transform(job: Job): Promise<Record<string, unknown>> {
  const { model, variant, run } = job
  const { feeds, originals } = await prepareFeeds(job)
  const fetches: Record<string, Fetch> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches)) fetches[tensor] = fetchOf(spec)
  const fetched = await run(feeds, fetches)

  const ports = new Map(
    outputPorts(model, variant)
      .flat()
      .map((port) => [port.name, port]),
  )
  const tokenizer = (file: string) => loadTokenizer(modelPath(model, variant, file))
  const outputs: Record<string, unknown> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches)) {
    const original = 'sizeOf' in spec && spec.sizeOf !== undefined ? originals.get(spec.sizeOf) : undefined
    const value = fetched[tensor] as (typeof fetched)[string]
    outputs[spec.to] = await finish(spec, named(ports, spec.to), value, { original, tokenizer })
  }
  return outputs
}
