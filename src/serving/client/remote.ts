import type { Field } from '../field'
import type { Datatype } from '../open-inference/tensor'

/**
 * A server's protocol: the Runway Model SDK (`/meta`, `/<command>`), Runway's app (`/info`, `/query`), a hosted model
 * (`/v1/info`, `/v1/query`), or the Open Inference Protocol (`/v2`).
 */
export type RemoteKind = 'sdk' | 'app' | 'hosted' | 'open-inference'

export const REMOTE_KINDS: readonly RemoteKind[] = ['sdk', 'app', 'hosted', 'open-inference']

/** An input or output of a model elsewhere. */
export interface RemoteField extends Field {
  /** For Open Inference: its tensor. -1 means any size. */
  tensor?: { datatype: Datatype; shape: number[] }
}

/** A function of a server: a command of the SDK, or a model of the Open Inference Protocol. */
export interface RemoteModel {
  kind: RemoteKind
  name: string
  description: string
  inputs: RemoteField[]
  outputs: RemoteField[]
  /** Whether the server is another Daisychain, which sends the values of float images on request. */
  exact?: boolean
  /** Whether its tensors are sent as lists in JSON, because it doesn't support bytes. */
  lists?: boolean
}

/** Properties that identify messages or control nodes. Servers' names must not be used for them. */
const RESERVED = 'payload _msgid _query topic parts req res error control cancel reset complete __proto__'.split(' ')

/** Types that are a model's settings rather than its input. */
const MINOR: ReadonlySet<string> = new Set(['number', 'boolean', 'category'])

/**
 * Assigns message properties: the model's main input is in the payload, and all others in properties with
 * their names.
 */
export function withProperties(fields: RemoteField[]): RemoteField[] {
  const main = fields.find(({ type }) => !MINOR.has(type.type)) ?? fields[0]
  const taken = new Set(RESERVED)
  return fields.map((field) => {
    if (field === main) return { ...field, property: 'payload' }
    let property = field.name.replace(/\W+/g, '_').replace(/^(?=\d|$)/, '_')
    while (taken.has(property)) property += '_'
    taken.add(property)
    return { ...field, property }
  })
}
