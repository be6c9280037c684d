import type { NodeAPI, NodeMessage } from 'node-red'
import { codec } from '../../src/images'
import {
  inputPorts,
  isOption,
  isUnset,
  isWordList,
  type Model,
  type Port,
  readInput,
  settingOf,
  type Variant,
} from '../../src/models'
import { blameFlow, textList } from '../../src/types'

/**
 * The value of each input, from a message or a node's settings: the message takes precedence.
 *
 * @throws ValueError about an option of the settings
 */
export async function readMessage(
  RED: NodeAPI,
  model: Model,
  variant: Variant,
  config: Record<string, unknown>,
  msg: NodeMessage,
): Promise<Record<string, unknown>> {
  const given = inputPorts(model, variant).map(async (port) => {
    // A port may be called "constructor", which every object has.
    const isThere = Object.hasOwn(msg, port.property.split(/[.[]/)[0] as string)
    const sent = isThere ? (RED.util.getMessageProperty(msg, port.property) as unknown) : undefined
    if (!isUnset(port, sent)) return [port.name, asWords(port, sent)] as const
    if (!isOption(port)) return [port.name, sent] as const
    const set = settingOf(port, variant, config)
    if (!isUnset(port, set)) await readInput(model, variant, port, set, codec).catch(blameFlow)
    return [port.name, set] as const
  })
  return Object.fromEntries(await Promise.all(given))
}

/**
 * An "mqtt in" node that detects types turns the text "42" into a number, and "true" into a boolean. A list
 * of words may be text.
 */
function asWords(port: Port, sent: unknown): unknown {
  if (isWordList(port)) return typeof sent === 'string' ? textList(sent) : sent
  const { type } = port
  return type.type === 'text' && (typeof sent === 'number' || typeof sent === 'boolean') ? String(sent) : sent
}
