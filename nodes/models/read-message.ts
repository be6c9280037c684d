import type { NodeAPI, NodeMessage } from 'node-red'
import { inputPorts, isOption, isSeed, isUnset, type Model, type Port, type Variant } from '../../src/models'

/** What a message and a node's settings give for each input: the message goes before. */
export function readMessage(
  RED: NodeAPI,
  model: Model,
  variant: Variant,
  config: Record<string, unknown>,
  msg: NodeMessage,
): Record<string, unknown> {
  return Object.fromEntries(
    inputPorts(model, variant).map((port) => {
      // A port may be called "constructor", which every object has.
      const isThere = Object.hasOwn(msg, port.property.split(/[.[]/)[0] as string)
      const sent = isThere ? (RED.util.getMessageProperty(msg, port.property) as unknown) : undefined
      if (!isUnset(port, sent)) return [port.name, asWords(port, sent)]
      return [port.name, isOption(port) ? setting(port, ownOf(config, port.name), isSeed(port, variant)) : sent]
    }),
  )
}

function ownOf(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** An "mqtt in" node that tells types by itself makes a number of the text "42", and true of "true". */
function asWords({ type }: Port, sent: unknown): unknown {
  return type.type === 'text' && (typeof sent === 'number' || typeof sent === 'boolean') ? String(sent) : sent
}

/** The editor stores numbers as they were typed. */
function setting(port: Port, value: unknown, isSeed: boolean): unknown {
  if (isUnset(port, value)) return undefined
  return port.type.type === 'number' && typeof value === 'string' && !isSeed ? Number(value) : value
}
