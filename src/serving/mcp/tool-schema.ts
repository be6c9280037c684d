import { labelsOf, type PortType } from '../../types/index'
import type { Field } from '../field'

type JsonSchema = Record<string, unknown>

/** A model's inputs as JSON Schema, in the form that describes a tool's inputs to agents. */
export function toolSchema(inputs: readonly Field[]): JsonSchema & { type: 'object' } {
  return {
    type: 'object',
    properties: Object.fromEntries(
      inputs.map(({ name, type, others = [], help }) => {
        const { description, ...schema } = others.length > 0 ? anyOf([type, ...others]) : schemaOf(type)
        const said = [help, description].filter(Boolean).join(' ')
        return [name, { ...schema, ...(said && { description: said }) }]
      }),
    ),
    required: inputs.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  }
}

/** The schema for any of several types, without duplicates in JSON. */
function anyOf(types: readonly PortType[]): JsonSchema {
  const schemas = types.map(schemaOf)
  return { anyOf: schemas.filter(({ type }, i) => schemas.findIndex((one) => one.type === type) === i) }
}

function schemaOf(type: PortType): JsonSchema {
  switch (type.type) {
    case 'image':
      return { type: 'string', description: 'A picture as a data URI: data:image/png;base64,… or JPEG.' }
    case 'segmentation': {
      const labels = (labelsOf(type) ?? []).filter(Boolean)
      const named = labels.length > 0 ? ` Labels: ${labels.join(', ')}.` : ''
      return {
        type: 'string',
        description: `A label map as a data URI of a PNG, drawn in the labels' colours.${named}`,
      }
    }
    case 'audio':
      return { type: 'string', description: 'A sound as a data URI: data:audio/wav;base64,…' }
    case 'vector': {
      const { length } = type
      const count = typeof length === 'number' ? { minItems: length, maxItems: length } : {}
      return { type: 'array', items: { type: 'number' }, ...count }
    }
    case 'number':
      return { type: 'number', ...given({ minimum: type.min, maximum: type.max, default: type.default }) }
    case 'text':
      return {
        type: 'string',
        ...given({ minLength: type.minLength, maxLength: type.maxLength, default: type.default }),
      }
    case 'category':
      return { type: 'string', ...given({ enum: type.oneOf, default: type.default }) }
    case 'boolean':
      return { type: 'boolean', ...given({ default: type.default }) }
    case 'array':
      return {
        type: 'array',
        items: schemaOf(type.itemType),
        ...given({ minItems: type.minLength, maxItems: type.maxLength }),
      }
    case 'record': {
      const fields = Object.entries(type.fields).map(([name, field]) => [name, schemaOf(field)])
      return { type: 'object', properties: Object.fromEntries(fields) }
    }
    case 'image_point':
      return {
        type: 'array',
        items: { type: 'number' },
        minItems: 2,
        maxItems: 2,
        description: '[x, y], each from 0 to 1.',
      }
    case 'image_bounding_box':
      return {
        ...{ type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 },
        description: '[left, top, right, bottom], each from 0 to 1.',
      }
    default:
      return {}
  }
}

function given(parameters: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null))
}
