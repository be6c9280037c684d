/** The subset of JSON Schema (2020-12) that the schemas here use. */
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
  /** The schema for properties that aren't in `properties`; `false` if no others are allowed. */
  additionalProperties?: Schema | false
  minProperties?: number
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minLength?: number
  /** The example is quoted in the error message. */
  pattern?: string
  examples?: readonly string[]
  items?: Schema
  minItems?: number
  maxItems?: number
  uniqueItems?: true
  /** Choices are distinguished by their required properties and by their value for `type`. */
  oneOf?: Schema[]
  /** Additional schemas that apply if a condition holds. */
  allOf?: { if: Schema; then: Schema }[]
  /** The only number that isn't allowed. */
  not?: { const: number }
}

export const text: Schema = { type: 'string' }
/** A string that isn't empty. */
export const word: Schema = { type: 'string', minLength: 1 }
export const number: Schema = { type: 'number' }
/** Integers from 0, and from 1. */
export const count: Schema = { type: 'integer', minimum: 0 }
export const size: Schema = { type: 'integer', minimum: 1 }
export const positive: Schema = { type: 'number', exclusiveMinimum: 0 }
export const share: Schema = { type: 'number', minimum: 0, maximum: 1 }
export const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })
export const listOf = (items: Schema): Schema => ({ type: 'array', items })
/** An array that isn't empty. */
export const some = (items: Schema): Schema => ({ ...listOf(items), minItems: 1 })
export const pairOf = (items: Schema): Schema => ({ ...listOf(items), minItems: 2, maxItems: 2 })
export const yes: Schema = { type: 'boolean' }
export const one = (...words: (string | number)[]): Schema => ({ enum: words })
export const either = (...schemas: Schema[]): Schema => ({ oneOf: schemas })
export const byName = (additionalProperties: Schema): Schema => ({ type: 'object', additionalProperties })

/** An object with these properties and no others. */
export function object(properties: Record<string, Schema>, required: readonly string[] = []): Schema {
  return { type: 'object', ...(required.length > 0 && { required }), properties, additionalProperties: false }
}

/** Applies a further schema to values for which the condition holds. */
export function when(condition: Schema, schema: Schema): NonNullable<Schema['allOf']>[number] {
  // biome-ignore lint/suspicious/noThenProperty: it is what JSON Schema calls it.
  return { if: condition, then: schema }
}
