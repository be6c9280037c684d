import type { ArrayType, PortType, RecordType } from '../types'
import type { Schema } from './schema'

/** How deep lists of lists are followed: schemas come from other people's servers. */
const DEEPEST = 6
const MOST_LABELS = 65_536

/**
 * The type that a schema of a Runway server describes. Parameters that are missing, null or of the wrong kind are not
 * known; a type that we have no word for is `any`.
 */
export function typeOfSchema(schema: unknown, depth = 0): PortType {
  if (!isRecord(schema) || depth > DEEPEST) return { type: 'any' }
  // Before 2019, a list of fields stood in the place of the type.
  if (Array.isArray(schema.type)) return { type: 'array', itemType: recordOf(schema.type, depth) }
  const description = typeof schema.description === 'string' && schema.description ? schema.description : undefined
  const type = plainType(schema, depth)
  return description === undefined ? type : { ...type, description }
}

/** Whether a query has to bring a value for it, as the SDK sees it: some types have a default even where none is given. */
export function isRequired({ type, default: given, optional }: Schema): boolean {
  if (optional === true) return false
  if (given !== undefined && given !== null) return false
  return !['text', 'number', 'boolean', 'category', 'file'].includes(String(type))
}

function plainType(schema: Record<string, unknown>, depth: number): PortType {
  const { numbers, texts } = readers(schema)
  switch (schema.type) {
    case 'image': {
      const { channels } = schema
      const sizes = numbers('width', 'height', 'minWidth', 'maxWidth', 'minHeight', 'maxHeight')
      return { type: 'image', ...(channels === 1 || channels === 3 || channels === 4 ? { channels } : {}), ...sizes }
    }
    case 'vector':
      return { type: 'vector', ...numbers('length', 'samplingMean', 'samplingStd') }
    case 'number':
      return { type: 'number', ...numbers('min', 'max', 'step', 'default') }
    case 'text':
      return { type: 'text', ...numbers('minLength', 'maxLength'), ...texts('default') }
    case 'category':
      return { type: 'category', ...listOfTexts(schema.oneOf, 'oneOf'), ...texts('default') }
    case 'boolean':
      return { type: 'boolean', ...(typeof schema.default === 'boolean' ? { default: schema.default } : {}) }
    case 'segmentation':
      return { type: 'segmentation', ...labelsOf(schema), ...texts('defaultLabel'), ...numbers('width', 'height') }
    case 'array': {
      const list: ArrayType = { type: 'array', itemType: typeOfSchema(schema.itemType, depth + 1) }
      return { ...list, ...numbers('minLength', 'maxLength') }
    }
    case 'record':
      return recordOf(schema.fields, depth)
    case 'image_landmarks':
      return { type: 'image_landmarks', ...numbers('length'), ...listOfTexts(schema.labels, 'labels') }
    case 'file':
      return schema.isDirectory === true ? { type: 'directory' } : { type: 'file', ...texts('extension') }
    case 'directory':
    case 'image_point':
    case 'image_bounding_box':
      return { type: schema.type }
    default:
      return { type: 'any' }
  }
}

function recordOf(fields: unknown, depth: number): RecordType {
  const known = (Array.isArray(fields) ? fields : []).filter((field): field is Schema => isRecord(field))
  const named = known.filter(({ name }) => typeof name === 'string' && name !== '' && name !== '__proto__')
  return {
    type: 'record',
    fields: Object.fromEntries(named.map((field) => [field.name, typeOfSchema(field, depth + 1)])),
  }
}

function labelsOf({ labels, labelToId, labelToColor }: Record<string, unknown>) {
  const isId = (id: unknown): id is number =>
    Number.isInteger(id) && (id as number) >= 0 && (id as number) < MOST_LABELS
  const ids = Object.entries(isRecord(labelToId) ? labelToId : {}).filter(([, id]) => isId(id)) as [string, number][]
  const colors = Object.entries(isRecord(labelToColor) ? labelToColor : {}).flatMap(([label, color]) => {
    const isColor = Array.isArray(color) && color.length >= 3 && color.every((part) => part >= 0 && part <= 255)
    return isColor ? [[label, color.slice(0, 3)]] : []
  })
  return {
    ...(ids.length > 0 ? { labelToId: Object.fromEntries(ids) } : listOfTexts(labels, 'labels')),
    ...(colors.length > 0 && { labelToColor: Object.fromEntries(colors) }),
  }
}

function readers(schema: Record<string, unknown>) {
  const pick = (names: string[], isRight: (value: unknown) => boolean) =>
    Object.fromEntries(names.filter((name) => isRight(schema[name])).map((name) => [name, schema[name]]))
  return {
    numbers: (...names: string[]) => pick(names, Number.isFinite),
    texts: (...names: string[]) => pick(names, (value) => typeof value === 'string'),
  }
}

function listOfTexts(value: unknown, name: string): Record<string, string[]> {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_LABELS) return {}
  const isPlain = value.every((item) => typeof item === 'string' || typeof item === 'number')
  return isPlain ? { [name]: value.map(String) } : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
