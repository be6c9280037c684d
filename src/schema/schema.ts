/** The part of JSON Schema (2020-12) that the schema of declarations is written in. */
export interface Schema {
  $schema?: string
  $id?: string
  title?: string
  description?: string
  $defs?: Record<string, Schema>
  $ref?: string
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  properties?: Record<string, Schema>
  required?: readonly string[]
  /** The schema of properties that `properties` doesn't name; `false`: there are no others. */
  additionalProperties?: Schema | false
  minimum?: number
  exclusiveMinimum?: number
  items?: Schema
  minItems?: number
  maxItems?: number
  /** Choices are told apart by their required properties and by their value for `type`. */
  oneOf?: Schema[]
}

export const text: Schema = { type: 'string' }
export const number: Schema = { type: 'number' }
export const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })
export const listOf = (items: Schema): Schema => ({ type: 'array', items })
export const byName = (additionalProperties: Schema): Schema => ({ type: 'object', additionalProperties })
