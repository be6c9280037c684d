import type { PortType } from '../types/index'

/** One named input or output of a flow that is published as a model. */
export interface Field {
  /** Its name for clients. */
  name: string
  /** The message property that contains it. */
  property: string
  type: PortType
  /** For inputs: whether a query must include it. */
  required: boolean
  /** A line of help for people. */
  help: string
  /**
   * For inputs: alternative types, tried if the value isn't one of `type`. For example, a seed is a number or
   * a word.
   */
  others?: readonly PortType[]
  /** For inputs: the name of the picture input of the same node, which positions refer to. */
  on?: string
  /** For inputs: whether it is also put into the property with its name, for nodes that look there. */
  twice?: boolean
  /**
   * For outputs: other places where clients look for it in a response's JSON, such as `generated_text` or
   * `results[0].caption`.
   */
  aliases?: readonly string[]
}

/** A model's inputs and outputs. */
export interface Fields {
  inputs: Field[]
  outputs: Field[]
}
