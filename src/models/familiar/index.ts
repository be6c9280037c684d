import { join } from 'node:path'
import { readTextFile } from '../../files'
import { type Image, isImage } from '../../types'
import { modelsFolder } from '../folder'
import { modelPath } from '../locate'
import type { FetchSpec, Model, Variant } from '../manifest'
import { inputPorts } from '../ports'
import { type FamiliarNetwork, familiarity, unpack } from './network'
import { glance, isFlat } from './picture'
import { unknownWords } from './words'

export { GLANCE } from './picture'

/** Whether a small model was trained on input like this. */
export interface Acquaintance {
  /** Whether all inputs are from a world that the model was trained on. */
  isFamiliar: boolean
  /** Words in the input text that the model wasn't trained on. */
  unknown: string[]
}

/**
 * Checks whether a model was trained on inputs like these.
 *
 * @param inputs port name → value, as `readValue` returns it
 * @returns undefined if the variant doesn't declare what it knows, or if none of the inputs can be checked
 */
export function acquaintance(
  model: Model,
  variant: Variant,
  inputs: Readonly<Record<string, unknown>>,
): Acquaintance | undefined {
  const { world = [], words } = variant.knows ?? {}
  const worlds = [world].flat()
  const values = inputPorts(model, variant).map(({ name, type }) => ({ type: type.type, value: inputs[name] }))
  const pictures = worlds.length === 0 ? [] : values.flatMap(({ value }) => (isImage(value) ? [value] : []))
  const texts =
    words === undefined ? [] : values.flatMap(({ type, value }) => (type === 'text' ? [value as string] : []))
  if (pictures.length + texts.length === 0) return undefined
  const unknown = texts.flatMap((text) => unknownWords(text ?? '', knownWords(modelPath(model, variant, words))))
  const areKnown = pictures.every((picture) => worlds.some((each) => isOfWorld(each, picture)))
  return { isFamiliar: areKnown && unknown.length === 0, unknown }
}

/**
 * The variant to use for unfamiliar inputs. Its values would be meaningless measurements there, so their unit
 * is removed.
 */
export function withoutUnits(variant: Variant): Variant {
  const plain = (spec: FetchSpec): FetchSpec => {
    if (spec.kind !== 'values' || spec.unit === undefined) return spec
    const { unit: _, ...rest } = spec
    return { ...rest, range: 'picture' }
  }
  const fetches = Object.entries(variant.fetches).map(([tensor, spec]) => [tensor, plain(spec)] as const)
  return { ...variant, fetches: Object.fromEntries(fetches) }
}

function isOfWorld(world: string, picture: Image): boolean {
  const network = networkOf(world)
  return !isFlat(glance(picture, network.input)) && familiarity(network) > 0
}

const networks = new Map<string, FamiliarNetwork>()

function networkOf(world: string): FamiliarNetwork {
  const known = networks.get(world)
  if (known) return known
  const network = unpack(JSON.parse(readTextFile(join(modelsFolder, 'familiar', `${world}.json`))))
  networks.set(world, network)
  return network
}

const lists = new Map<string, ReadonlySet<string>>()

function knownWords(path: string): ReadonlySet<string> {
  const known = lists.get(path)
  if (known) return known
  const words = new Set(JSON.parse(readTextFile(path)) as string[])
  lists.set(path, words)
  return words
}
