import type { InputDeclaration, NodeDeclaration, OutputDeclaration } from './declaration'
import { isRecord } from './read'

/** A port of a model, as far as wires are concerned: models' manifests list such ports. */
export interface TypedPort {
  /** The model's name for it. Default: the property. */
  name?: string
  /** The message property it is read from or put into. */
  property: string
  type: InputDeclaration['type']
  /** Inputs: whether it may be missing though its type has no default. */
  optional?: boolean
  help?: string
}

/**
 * What a node with these ports accepts and outputs: `outputs` has one list for each of its output ports. Images leave
 * in the node's setting `format`.
 */
export function declaredPorts(
  inputs: readonly TypedPort[],
  outputs: readonly (readonly TypedPort[])[],
): Pick<NodeDeclaration, 'inputs' | 'outputs' | 'outputNames'> {
  return {
    inputs: Object.fromEntries(
      inputs.map((port) => [
        port.property,
        {
          type: port.type,
          required: isRequired(port),
          ...(port.help !== undefined && { help: port.help }),
          ...(port.name !== undefined && { name: port.name }),
        },
      ]),
    ),
    outputs: outputs.map(
      (ports): OutputDeclaration =>
        Object.fromEntries(
          ports.map(({ property, type }) => [
            property,
            (isRecord(type) && type.type === 'image'
              ? { ...type, format: { $config: 'format' } }
              : type) as OutputDeclaration[string],
          ]),
        ),
    ),
    outputNames: outputs.map((ports) =>
      Object.fromEntries(ports.flatMap(({ property, name }) => (name === undefined ? [] : [[property, name]]))),
    ),
  }
}

/** The ports that a setting holds, as a manifest or as `{inputs, outputs}`; null if it holds none. */
export function readPorts(setting: unknown): NodeDeclaration | null {
  if (!isRecord(setting) || !Array.isArray(setting.inputs) || !Array.isArray(setting.outputs)) return null
  const ports = (list: unknown) => (Array.isArray(list) ? list.filter(isPort) : [])
  return declaredPorts(ports(setting.inputs), setting.outputs.map(ports))
}

function isPort(value: unknown): value is TypedPort {
  return isRecord(value) && typeof value.property === 'string' && isRecord(value.type)
}

/** Whether a message must bring it: options have a field in the node's form, and others may have a default. */
function isRequired({ property, type, optional }: TypedPort): boolean {
  if (optional || (isRecord(type) && type.default !== undefined)) return false
  if (property === 'payload' || !isRecord(type)) return true
  const isWords = type.type === 'array' && isRecord(type.itemType) && type.itemType.type === 'text'
  return !isWords && !IN_FORMS.has(String(type.type))
}

const IN_FORMS: ReadonlySet<string> = new Set(['number', 'category', 'text', 'boolean'])
