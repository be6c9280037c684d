import type { PortType } from '../types/index'

/** One named input or output of a flow that is published as a model. */
export interface Field {
  /** What clients call it. */
  name: string
  /** The message property it travels in. */
  property: string
  type: PortType
  /** Inputs: whether a query has to bring it. */
  required: boolean
  /** One line for people. */
  help: string
  /** Inputs: types that are taken where the value isn't one of `type`: a seed is a number, or a word. */
  others?: readonly PortType[]
  /** Inputs: it is also put into the property of its name, for nodes that look there. */
  twice?: boolean
  /** Outputs: where else in the JSON of an answer clients look for it: `generated_text`, `results[0].caption`. */
  aliases?: readonly string[]
}

/** What goes into a model and what comes out of it. */
export interface Fields {
  inputs: Field[]
  outputs: Field[]
}
