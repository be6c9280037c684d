import { type ArrayType, isTypeName, type PortType, type RecordType, type TypeName } from '../types/index'
import { LENIENT, type Schema } from './schema'

/** How deep nested lists are followed, because schemas come from other people's servers. */
const MAX_DEPTH = 6
const MOST_LABELS = 65_536

const ANY: PortType = { type: 'any' }

/**
 * The type described by a Runway server's schema. Parameters that are missing, null or of the wrong kind
 * count as unknown. An unknown type becomes `any`.
 */
export function typeOfSchema(schema: unknown, depth = 0): PortType {
  if (!isRecord(schema) || depth > MAX_DEPTH) return { type: 'any' }
  // Before 2019, the type of a list's items was a list of fields.
  if (Array.isArray(schema.type)) return { type: 'array', itemType: recordOf(schema.type, depth) }
  const description = typeof schema.description === 'string' && schema.description ? schema.description : undefined
  const type = isTypeName(schema.type) ? readers[schema.type](schema, depth) : ANY
  return description === undefined ? type : { ...type, description }
}

/** Whether a query must include it, according to the SDK: some types have a default even if none is given. */
export function isRequired({ type, default: given, optional }: Schema): boolean {
  if (typeof optional === 'boolean') return !optional
  return (given === undefined || given === null) && !LENIENT.has(type)
}

type Reader = (schema: Record<string, unknown>, depth: number) => PortType

/** Readers by Runway's type names, which are the same as ours. */
const readers: Readonly<Record<TypeName, Reader>> = {
  image: (schema) => {
    const { channels } = schema
    const sizes = numbers(schema, 'width', 'height', 'minWidth', 'maxWidth', 'minHeight', 'maxHeight')
    return { type: 'image', ...(channels === 1 || channels === 3 || channels === 4 ? { channels } : {}), ...sizes }
  },
  audio: (schema) => ({ type: 'audio', ...numbers(schema, 'sampleRate', 'channels', 'maxSeconds') }),
  vector: (schema) => ({ type: 'vector', ...numbers(schema, 'length', 'samplingMean', 'samplingStd') }),
  number: (schema) => ({ type: 'number', ...numbers(schema, 'min', 'max', 'step', 'default') }),
  text: (schema) => ({ type: 'text', ...numbers(schema, 'minLength', 'maxLength'), ...texts(schema, 'default') }),
  category: (schema) => ({ type: 'category', ...listOfTexts(schema.oneOf, 'oneOf'), ...texts(schema, 'default') }),
  boolean: (schema) => ({
    type: 'boolean',
    ...(typeof schema.default === 'boolean' ? { default: schema.default } : {}),
  }),
  segmentation: (schema) => ({
    type: 'segmentation',
    ...labelsOf(schema),
    ...texts(schema, 'defaultLabel'),
    ...numbers(schema, 'width', 'height'),
  }),
  array: (schema, depth) => {
    const list: ArrayType = { type: 'array', itemType: typeOfSchema(schema.itemType, depth + 1) }
    return { ...list, ...numbers(schema, 'minLength', 'maxLength') }
  },
  record: ({ fields }, depth) => recordOf(fields, depth),
  image_landmarks: (schema) => ({
    type: 'image_landmarks',
    ...numbers(schema, 'length'),
    ...listOfTexts(schema.labels, 'labels'),
  }),
  file: (schema) =>
    schema.isDirectory === true ? { type: 'directory' } : { type: 'file', ...texts(schema, 'extension') },
  directory: () => ({ type: 'directory' }),
  image_point: () => ({ type: 'image_point' }),
  image_bounding_box: () => ({ type: 'image_bounding_box' }),
  any: () => ({ type: 'any' }),
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

function numbers(schema: Record<string, unknown>, ...names: string[]): Record<string, number> {
  return Object.fromEntries(
    names.filter((name) => Number.isFinite(schema[name])).map((name) => [name, schema[name] as number]),
  )
}

function texts(schema: Record<string, unknown>, name: string): Record<string, string> {
  const value = schema[name]
  return typeof value === 'string' ? { [name]: value } : {}
}

function listOfTexts(value: unknown, name: string): Record<string, string[]> {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_LABELS) return {}
  const isPlain = value.every((item) => typeof item === 'string' || typeof item === 'number')
  return isPlain ? { [name]: value.map(String) } : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
