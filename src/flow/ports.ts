import type { InputDeclaration, NodeDeclaration, OutputDeclaration } from './declaration'
import { isRecord } from './read'

/** A port of a model, with the properties that matter for wires. Models' manifests contain such ports. */
export interface TypedPort {
  /** The model's name for it. Default: the property. */
  name?: string
  /** The message property it is read from or put into. */
  property: string
  type: InputDeclaration['type']
  /** For inputs: whether it may be missing although its type has no default. */
  optional?: boolean
  help?: string
}

/**
 * The declaration of a node with these ports. `outputs` has one list for each output port. Images are sent in
 * the form that the node's setting `format` names.
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

/** The ports in a setting, which is a manifest or `{inputs, outputs}`; null if there are none. */
export function readPorts(setting: unknown): NodeDeclaration | null {
  if (!isRecord(setting) || !Array.isArray(setting.inputs) || !Array.isArray(setting.outputs)) return null
  const ports = (list: unknown) => (Array.isArray(list) ? list.filter(isPort) : [])
  return declaredPorts(ports(setting.inputs), setting.outputs.map(ports))
}

function isPort(value: unknown): value is TypedPort {
  return isRecord(value) && typeof value.property === 'string' && isRecord(value.type)
}

/**
 * Whether a message must have the property. Options have a field in the node's form, and other inputs may
 * have a default.
 */
function isRequired({ property, type, optional }: TypedPort): boolean {
  if (optional || (isRecord(type) && type.default !== undefined)) return false
  if (property === 'payload' || !isRecord(type)) return true
  const isWords = type.type === 'array' && isRecord(type.itemType) && type.itemType.type === 'text'
  return !isWords && !IN_FORMS.has(String(type.type))
}

const IN_FORMS: ReadonlySet<string> = new Set(['number', 'category', 'text', 'boolean'])
