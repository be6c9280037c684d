import type { NodeAPI, NodeMessage } from 'node-red'
import { inputPorts, isOption, type Model, type Variant } from '../../src/models'
import type { PortType } from '../../src/types'

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
      return [port.name, sent ?? (isOption(port) ? setting(port.type, ownOf(config, port.name)) : undefined)]
    }),
  )
}

function ownOf(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** The editor stores numbers as they were typed, and an empty field as ''. */
function setting(type: PortType, value: unknown): unknown {
  if (value === '' && type.type !== 'text') return undefined
  return type.type === 'number' && typeof value === 'string' ? Number(value) : value
}
