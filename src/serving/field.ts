import type { PortType } from '../types/index'

/** One named input or output of a flow that is published as a model. */
export interface Field {
  /** Its name for clients. */
  name: string
  /** The message property it travels in. */
  property: string
  type: PortType
  /** Inputs: whether a query must include it. */
  required: boolean
  /** One line for people. */
  help: string
  /** Inputs: it is also put into the property of its name, for nodes that look there. */
  twice?: boolean
  /** Outputs: where else clients look for it in an answer's JSON: `generated_text`, `results[0].caption`. */
  aliases?: readonly string[]
}

/** What goes into a model and what comes out of it. */
export interface Fields {
  inputs: Field[]
  outputs: Field[]
}
