import { type PortType, ValueError } from '../types'
import type { Manifest, Port, Variant } from './manifest'

/** The variant with this id; the first if none is requested. @throws ValueError that lists the existing ones */
export function findVariant(manifest: Manifest, id?: string): Variant {
  const variant = id ? manifest.variants.find((each) => each.id === id) : manifest.variants[0]
  if (variant) return variant
  const known = manifest.variants.map((each) => `"${each.id}"`).join(', ')
  throw new ValueError(`${manifest.label} has no variant "${id}": choose ${known}`, 'flow')
}

/** Ports requested before, cached: a video requests them with each frame. */
const known = new WeakMap<Variant, WeakMap<Port[], Port[]>>()

/** The input ports as this variant has them: without options that only other variants read. */
export function inputPorts(manifest: Manifest, variant: Variant): readonly Port[] {
  const ofVariant = known.get(variant) ?? new WeakMap()
  known.set(variant, ofVariant)
  const ports = ofVariant.get(manifest.inputs) ?? readPorts(manifest, variant)
  ofVariant.set(manifest.inputs, ports)
  return ports
}

function readPorts(manifest: Manifest, variant: Variant): Port[] {
  const { task = manifest.task, steps = [{ task }], feeds, fetches } = variant
  const ports = manifest.inputs.map((port) => changed(port, variant.ports?.inputs))
  // Other tasks read options by their names.
  if (steps.some((step) => (step.task ?? 'transform') !== 'transform')) return ports
  const names = JSON.stringify([feeds, fetches, steps])
  return ports.filter((port) => !isOption(port) || names.includes(JSON.stringify(port.name)))
}

/** The input ports of all variants, each as in the first one that reads it. */
export function allInputPorts(manifest: Manifest): Port[] {
  const all = manifest.variants.flatMap((variant) => inputPorts(manifest, variant))
  return manifest.inputs.flatMap(({ name }) => all.find((port) => port.name === name) ?? [])
}

/** The output ports as this variant has them, one list for each output of the node. */
export function outputPorts(manifest: Manifest, variant: Variant): Port[][] {
  return manifest.outputs.map((ports) => ports.map((port) => changed(port, variant.ports?.outputs)))
}

/** The port of this name. The manifest was validated, so a missing one is our own mistake. */
export function named(ports: readonly Port[], name: string): Port {
  const port = ports.find((each) => each.name === name)
  if (!port) throw new Error(`There is no port "${name}".`)
  return port
}

/** Whether an input is also a setting of the node. */
export function isOption(port: Port): boolean {
  return port.property !== 'payload'
}

/** Whether an input is a list of words: its field, and text in a message, have commas between them. */
export function isWordList({ type }: Port): boolean {
  return type.type === 'array' && type.itemType.type === 'text'
}

/** Whether an input's value counts as missing. Empty text does if the input is optional and doesn't take words. */
export function isUnset(port: Port, value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (value === '' && (isOption(port) || port.optional === true) && port.type.type !== 'text')
  )
}

/** Whether an input is a seed: any number or word, and the same seed gives the same result. */
export function isSeed({ name }: Port, { feeds, steps = [] }: Variant): boolean {
  const all = [feeds, ...steps.map((step) => step.feeds ?? {})].flatMap((some) => Object.values(some))
  const isDrawn = all.some((feed) => feed.kind === 'noise' && feed.from === name)
  return name === 'seed' || isDrawn || steps.some(({ repeat }) => repeat?.noise?.seed === name)
}

/** Whether an input is a mask: a picture, a label map or found things with masks. */
export function isMask({ name }: Port, { feeds, steps = [] }: Variant): boolean {
  const all = [feeds, ...steps.map((step) => step.feeds ?? {})].flatMap((some) => Object.values(some))
  return all.some((feed) => feed.kind === 'mask' && feed.from === name)
}

/** An option's default if neither the message nor the settings set it. Undefined if there is none. */
export function defaultOf(type: PortType): unknown {
  return 'default' in type ? type.default : undefined
}

function changed(port: Port, changes: Record<string, Record<string, unknown>> = {}): Port {
  const parameters = changes[port.name]
  if (!parameters) return port
  const type = Object.entries({ ...port.type, ...parameters }).filter(([, value]) => value !== null)
  return { ...port, type: Object.fromEntries(type) as unknown as PortType }
}
