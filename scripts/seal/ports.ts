import { findVariant, inputPorts, type Model, outputPorts, type Port } from '../../src/models'
import { describeType } from '../../src/types'

/** A model's ports in words: what flows store and people wire. */
export interface PortsInWords {
  inputs: string[]
  outputs: string[][]
}

export function portsInWords(model: Model): PortsInWords {
  const variant = findVariant(model)
  return {
    inputs: inputPorts(model, variant).map(inWords),
    outputs: outputPorts(model, variant).map((ports) => ports.map(inWords)),
  }
}

/** An option's default follows "=". */
function inWords({ name, property, type, optional }: Port): string {
  const ending = 'default' in type ? ` = ${type.default}` : ''
  return `${property} ${name}${optional ? '?' : ''}: ${describeType(type)}${ending}`
}
