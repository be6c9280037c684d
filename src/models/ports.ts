import { type PortType, ValueError } from '../types'
import type { Manifest, Port, Variant } from './manifest'

/**
 * The variant with this id, or the first one if no id is given.
 * @throws ValueError that lists the existing variants
 */
export function findVariant(manifest: Manifest, id?: string): Variant {
  const variant = id ? manifest.variants.find((each) => each.id === id) : manifest.variants[0]
  if (variant) return variant
  const known = manifest.variants.map((each) => `"${each.id}"`).join(', ')
  throw new ValueError(`${manifest.label} has no variant "${id}": choose ${known}`, 'flow')
}

/** Caches the ports, which a video requests for every frame. */
const known = new WeakMap<Variant, WeakMap<Port[], Port[]>>()

/** The input ports of this variant, without options that only other variants use. */
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
  // Other tasks read options by name in their code, so all are kept.
  if (steps.some((step) => (step.task ?? 'transform') !== 'transform')) return ports
  const names = JSON.stringify([feeds, fetches, steps])
  return ports.filter((port) => !isOption(port) || names.includes(JSON.stringify(port.name)))
}

/** The input ports of all variants. Each port has the type of the first variant that uses it. */
export function allInputPorts(manifest: Manifest): Port[] {
  const all = manifest.variants.flatMap((variant) => inputPorts(manifest, variant))
  return manifest.inputs.flatMap(({ name }) => all.find((port) => port.name === name) ?? [])
}

/** The output ports of this variant, one list per output of the node. */
export function outputPorts(manifest: Manifest, variant: Variant): Port[][] {
  return manifest.outputs.map((ports) => ports.map((port) => changed(port, variant.ports?.outputs)))
}

/** The port with this name. The manifest has been validated, so a missing port is a bug. */
export function named(ports: readonly Port[], name: string): Port {
  const port = ports.find((each) => each.name === name)
  if (!port) throw new Error(`There is no port "${name}".`)
  return port
}

/** Whether an input is also a setting of the node. */
export function isOption(port: Port): boolean {
  return port.property !== 'payload'
}

/**
 * Whether an input is a list of words. In the node's field and in text messages, they are separated by
 * commas.
 */
export function isWordList({ type }: Port): boolean {
  return type.type === 'array' && type.itemType.type === 'text'
}

/**
 * Whether an input's value counts as missing. Empty text does, except for inputs of type text and for
 * required inputs.
 */
export function isUnset(port: Port, value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (value === '' && (isOption(port) || port.optional === true) && port.type.type !== 'text')
  )
}

/** Whether an input is a seed: any number or word. The same seed always gives the same result. */
export function isSeed({ name }: Port, { feeds, steps = [] }: Variant): boolean {
  const all = [feeds, ...steps.map((step) => step.feeds ?? {})].flatMap((some) => Object.values(some))
  const isDrawn = all.some((feed) => feed.kind === 'noise' && feed.from === name)
  return name === 'seed' || isDrawn || steps.some(({ repeat }) => repeat?.noise?.seed === name)
}

/** Whether an input is a mask: a picture, a label map or detected things with masks. */
export function isMask({ name }: Port, { feeds, steps = [] }: Variant): boolean {
  const all = [feeds, ...steps.map((step) => step.feeds ?? {})].flatMap((some) => Object.values(some))
  return all.some((feed) => feed.kind === 'mask' && feed.from === name)
}

/**
 * The default of an option that neither the message nor the node's settings set; undefined if it has none.
 */
export function defaultOf(type: PortType): unknown {
  return 'default' in type ? type.default : undefined
}

function changed(port: Port, changes: Record<string, Record<string, unknown>> = {}): Port {
  const parameters = changes[port.name]
  if (!parameters) return port
  const type = Object.entries({ ...port.type, ...parameters }).filter(([, value]) => value !== null)
  return { ...port, type: Object.fromEntries(type) as unknown as PortType }
}
