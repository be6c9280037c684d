import type { Engine } from '../engine'
import { inputPorts, isOption, outputPorts, runModel, settingOf, type Variant } from '../models'
import type { Link } from './chain'
import { CompileError } from './compile-error'
import { runTaught } from './taught/run'

/** Message property → value. */
export type Message = Map<string, unknown>

/** A variant without the check for unfamiliar inputs, which a file doesn't have. */
export function plainVariant({ knows: _, ...variant }: Variant): Variant {
  return variant
}

/**
 * Runs one node of a chain on a message, as the node itself does.
 * @throws CompileError that names the node
 */
export async function runLink(
  { called, model, variant, node, taught }: Link,
  message: Message,
  engine: Engine,
): Promise<Record<string, unknown>> {
  const given = Object.fromEntries(
    inputPorts(model, variant).map((port) => [
      port.name,
      message.get(port.property) ?? (isOption(port) ? settingOf(port, variant, node.config) : undefined),
    ]),
  )
  try {
    if (taught) return await runTaught(taught, message.get(model.inputs[0]?.property ?? ''), engine)
    const { outputs } = await runModel(model, plainVariant(variant), given, engine)
    return outputs
  } catch (error) {
    throw new CompileError(`${called} cannot be run: ${(error as Error).message}`)
  }
}

/** The outputs of a chain's last node for a message, by port name, as computed by the flow. */
export async function runChain(links: Link[], given: Message, engine: Engine): Promise<Record<string, unknown>> {
  const message = new Map(given)
  let outputs: Record<string, unknown> = {}
  for (const link of links) {
    outputs = await runLink(link, message, engine)
    for (const { name, property } of outputPorts(link.model, link.variant)[link.output ?? 0] ?? [])
      message.set(property, outputs[name])
  }
  return outputs
}
