import type { PortType } from '../types'

/**
 * What a node type accepts and outputs: plain data, so that any package can ship it as JSON without importing anything.
 * docs/declaring-types.md describes it for people.
 *
 * A **property key** (in `inputs` and in `outputs`) is a message property such as `payload` or `payload.image`, or
 * `$field`: the property named by the node's setting `field`.
 */
export interface NodeDeclaration {
  /** What people call a node of this type, in sentences about one without a name. Default: the type. */
  label?: string
  /** What the input port needs, by message property. Others are ignored. */
  inputs?: Record<string, InputDeclaration>
  /** What each output port gives, by message property. A port that is not listed gives nobody knows what. */
  outputs?: OutputDeclaration[]
  /** What the node calls its outputs, by output port and property: their names where a flow is published as a model. */
  outputNames?: Record<string, string>[]
  /**
   * What becomes of the properties that `outputs` does not list. `true`: the arriving message goes on with them.
   * `false`: a new message is made, without them. Not given: unknown.
   */
  passes?: boolean
  /** Properties such as `control`: messages that have one of them are for the node itself, and are not sent on. */
  keeps?: string[]
  /** Variations by the node's settings; all that apply are laid over the above, in order. */
  cases?: DeclarationCase[]
  /**
   * A setting that holds the node's own ports, laid over all the above: for nodes whose users say what they accept and
   * output. It is `{inputs: [port, …], outputs: [[port, …], …]}` with ports `{property, type, optional?, help?}`, as in
   * a model's manifest.
   */
  portsFrom?: string
  /** Where the given values of an untouched setting differ from "missing": setting → the value the node then uses. */
  defaults?: Record<string, unknown>
}

export interface InputDeclaration {
  /** What is needed; of a list, any one will do, and the first is what is asked for. */
  type: TypeExpression | TypeExpression[]
  /** Whether a message without the property is an error. Default true. */
  required?: boolean
  /** One line for the person who wires it. */
  help?: string
  /** What the node calls it: its name where a flow is published as a model. Default: the property. */
  name?: string
  /**
   * `pictures`: only pictures and label maps are held against `type`, everything else is taken as it comes. For nodes that
   * send, store or show whatever they get, but know no pixels.
   */
  judges?: 'pictures'
}

/** Property key → what it holds; `null`: the node removes the property. */
export type OutputDeclaration = Record<string, TypeExpression | null>

export interface DeclarationCase {
  /** Setting → the value, or a list of the values, for which the case applies. All must hold. */
  when: Record<string, unknown>
  /** Laid over the declaration's, property by property; `null` takes an input away. */
  inputs?: Record<string, InputDeclaration | null>
  /** Laid over the declaration's, port by port and property by property. */
  outputs?: OutputDeclaration[]
  outputNames?: Record<string, string>[]
  passes?: boolean
  /** In place of the declaration's. */
  portsFrom?: string
}

/**
 * A port type in which any value, at any depth, may be taken from elsewhere:
 * - `{"$config": "length"}`: the node's setting `length`; a dotted path reaches inside
 *   (`{"$config": "target.labels"}`). A missing setting leaves the parameter open; in place of a whole type it means
 *   `any`.
 * - `{"$list": "words", "and": ["none"]}`, in place of a list: the node's setting `words`, a list or text with commas,
 *   and these.
 * - `{"$input": "payload"}`, in place of a whole type: the same as arrived in that property.
 * - `{"type": …, "$unless": "payload"}`, of an output: the node makes it, unless such a value arrived in that property; then
 *   that goes on.
 * - `{"type": …, "$unlessSet": "words"}`, of an output: so much is known unless a message brings that property; then only the
 *   name of the type.
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
