import { PARAMETERS, type Parameter, TYPE_NAMES } from '../types'
import { byName, count, listOf, positive, ref, type Schema, size, some, text, word } from './schema'

/** Schemas for what may replace a parameter, and for additional properties of every type. */
interface Extras {
  orElse?: Schema[]
  more?: Record<string, Schema>
}

/** One schema per port type, with its parameters. Nested types refer to `#/$defs/type`. */
export function portTypeSchemas({ orElse, more = {} }: Extras = {}): Schema[] {
  const or = (schema: Schema): Schema => (orElse ? { oneOf: [...orElse, schema] } : schema)
  return TYPE_NAMES.map((name) => {
    const parameters = Object.entries<Parameter>(PARAMETERS[name])
    const needed = { array: ['itemType'], record: ['fields'] }[name as string] ?? []
    return {
      type: 'object',
      required: ['type', ...needed],
      properties: {
        type: { const: name },
        description: text,
        ...more,
        ...Object.fromEntries(parameters.map(([key, parameter]) => [key, or(schemaOf(parameter, or))])),
      },
      additionalProperties: false,
    }
  })
}

function schemaOf(parameter: Parameter, or: (schema: Schema) => Schema): Schema {
  if (typeof parameter !== 'string') return { enum: parameter }
  switch (parameter) {
    case 'text':
      return text
    case 'size':
      return size
    case 'count':
      return count
    case 'positive number':
      return positive
    case 'texts':
      return some(or(word))
    case 'type':
      return ref('type')
    case 'types by name':
      return byName(ref('type'))
    case 'numbers by name':
      return byName(count)
    case 'colors by name':
      return byName({ ...listOf({ ...count, maximum: 255 }), minItems: 3, maxItems: 3 })
    case 'pairs of texts':
      return listOf({ ...listOf(word), minItems: 2, maxItems: 2 })
    default:
      return { type: parameter }
  }
}
