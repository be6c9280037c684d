import type { Feed, Fetch } from '../../engine'
import type { Image } from '../../types'
import { type Prepared, prepare } from '../feed'
import { fetchOf, finish, type Original } from '../fetch'
import { inputPorts, outputPorts } from '../ports'
import type { Job } from './task'

/** One run: each feed is made as the variant says, and each output from its tensor. */
export async function transform({ model, variant, inputs, run }: Job): Promise<Record<string, unknown>> {
  const ports = new Map(inputPorts(model, variant).map((port) => [port.name, port]))
  const feeds: Record<string, Feed> = {}
  const originals = new Map<string, Original>()
  for (const [tensor, spec] of Object.entries(variant.feeds)) {
    const port = named(ports, spec.from)
    const prepared: Prepared = await prepare(spec, port, inputs[spec.from])
    feeds[tensor] = prepared.feed
    if (prepared.placement) {
      const { width, height } = inputs[spec.from] as Image
      originals.set(spec.from, { width, height, placement: prepared.placement })
    }
  }
  const fetches: Record<string, Fetch> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches)) fetches[tensor] = fetchOf(spec)
  const fetched = await run(feeds, fetches)

  const outs = new Map(
    outputPorts(model, variant)
      .flat()
      .map((port) => [port.name, port]),
  )
  const outputs: Record<string, unknown> = {}
  for (const [tensor, spec] of Object.entries(variant.fetches)) {
    const original = spec.sizeOf === undefined ? undefined : originals.get(spec.sizeOf)
    outputs[spec.to] = await finish(spec, named(outs, spec.to), fetched[tensor] as (typeof fetched)[string], original)
  }
  return outputs
}

/** The manifest was validated, so a missing port is our own mistake. */
function named<T>(ports: Map<string, T>, name: string): T {
  const port = ports.get(name)
  if (!port) throw new Error(`There is no port "${name}".`)
  return port
}
