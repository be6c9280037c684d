import type { Feed } from '../../engine'
import type { Image } from '../../types'
import { prepare } from '../feed'
import type { Original } from '../fetch'
import { modelPath } from '../locate'
import { inputPorts } from '../ports'
import { loadTokenizer } from '../tokenizer'
import type { Job } from './task'

/** All feeds as the variant describes them, and of each picture its size and its place on the model's canvas. */
export async function prepareFeeds({ model, variant, inputs }: Job) {
  const ports = new Map(inputPorts(model, variant).map((port) => [port.name, port]))
  const feeds: Record<string, Feed> = {}
  const originals = new Map<string, Original>()
  const tokenizer = (file: string) => loadTokenizer(modelPath(model, variant, file))
  for (const [tensor, spec] of Object.entries(variant.feeds)) {
    const prepared = await prepare(spec, named(ports, spec.from), inputs[spec.from], tokenizer)
    feeds[tensor] = prepared.feed
    if (prepared.placement) {
      const { width, height } = inputs[spec.from] as Image
      originals.set(spec.from, { width, height, placement: prepared.placement })
    }
  }
  return { feeds, originals }
}

/** The manifest was validated, so a missing port is our own mistake. */
export function named<T>(ports: Map<string, T>, name: string): T {
  const port = ports.get(name)
  if (!port) throw new Error(`There is no port "${name}".`)
  return port
}
