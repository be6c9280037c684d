import type { PortType } from './port-type'

/** A type in a person's words, as it stands in every sentence: "a 3-channel image", "a list of texts". */
export function describeType(type: PortType): string {
  return `a ${type.type}`
}
