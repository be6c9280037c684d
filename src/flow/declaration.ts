import type { PortType } from '../types'

/**
 * What a node type accepts and outputs: plain data, so that any package can ship it as JSON without importing anything.
 * docs/declaring-types.md describes it for people.
 *
 * A **property key** (in `inputs` and in `outputs`) is a message property such as `payload` or `payload.image`, or
 * `$field`: the property named by the node's setting `field`.
 */
export interface NodeDeclaration {
  /** The name of this node type, in sentences about unnamed nodes. Default: the type. */
  label?: string
  /** What the input port needs, by message property. Others are ignored. */
  inputs?: Record<string, InputDeclaration>
  /** What each output port sends, by message property. A port that isn't listed sends something unknown. */
  outputs?: OutputDeclaration[]
  /** The node's names for its outputs, by output port and property: used if a flow is published as a model. */
  outputNames?: Record<string, string>[]
  /**
   * What happens to properties that `outputs` doesn't list. `true`: the arriving message is passed on with them.
   * `false`: a new message is made, without them. Not given: unknown.
   */
  passes?: boolean
  /** Properties such as `control`: messages that have one of them are for the node itself, and are not sent on. */
  keeps?: string[]
  /** Variations by the node's settings; all that apply override the above, in order. */
  cases?: DeclarationCase[]
  /**
   * A setting that holds the node's own ports and overrides all the above: for nodes whose users say what they accept
   * and output. It is `{inputs: [port, …], outputs: [[port, …], …]}` with ports `{property, type, optional?, help?}`,
   * as in a model's manifest.
   */
  portsFrom?: string
  /** Defaults of settings that may be missing: setting → the value the node then uses. */
  defaults?: Record<string, unknown>
}

export interface InputDeclaration {
  /** What is needed; for a list, any one will do, and the first is the one named in sentences. */
  type: TypeExpression | TypeExpression[]
  /** Whether a message without the property is an error. Default true. */
  required?: boolean
  /** One line for the person wiring it. */
  help?: string
  /** The node's name for it: used if a flow is published as a model. Default: the property. */
  name?: string
  /**
   * `pictures`: only pictures and label maps are checked against `type`; anything else is accepted. For nodes that
   * send, store or show whatever they get, but can't handle pixels.
   */
  judges?: 'pictures'
}

/** Property key → what it holds; `null`: the node removes the property. */
export type OutputDeclaration = Record<string, TypeExpression | null>

export interface DeclarationCase {
  /** Setting → the value, or a list of the values, for which the case applies. All must hold. */
  when: Record<string, unknown>
  /** Overrides the declaration's, property by property; `null` removes an input. */
  inputs?: Record<string, InputDeclaration | null>
  /** Overrides the declaration's, port by port and property by property. */
  outputs?: OutputDeclaration[]
  outputNames?: Record<string, string>[]
  passes?: boolean
  /** Replaces the declaration's. */
  portsFrom?: string
}

/**
 * A port type in which any value, at any depth, may come from elsewhere:
 * - `{"$config": "length"}`: the node's setting `length`; a dotted path reaches inside
 *   (`{"$config": "target.labels"}`). A missing setting leaves the parameter open; in place of a whole type it means
 *   `any`.
 * - `{"$list": "words", "and": ["none"]}`, in place of a list: the node's setting `words`, a list or text with commas,
 *   and these.
 * - `{"$input": "payload"}`, in place of a whole type: the same as arrived in that property.
 * - `{"type": …, "$unless": "payload"}`, of an output: the node makes it, unless such a value arrived in that property;
 *   then that is passed on.
 * - `{"type": …, "$unlessSet": "words"}`, of an output: this is known unless a message brings that property; then only
 *   the name of the type is.
 */
export type TypeExpression = PortType | ConfigReference | InputReference | TypeTemplate
export interface ConfigReference {
  $config: string
}
export interface InputReference {
  $input: string
}
export interface TypeTemplate {
  type: PortType['type']
  [parameter: string]: unknown
}

/** Node type → its declaration. */
export type Declarations = ReadonlyMap<string, NodeDeclaration>
