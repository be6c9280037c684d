import { colorsOf, labelsOf, type PixelSize, type PortType } from '../types/index'
import type { Field } from './field'

/** A field as the Runway Model SDK describes it in JSON: `{name, type, description, …}`. */
export interface Schema {
  name: string
  type: unknown
  description?: string | null
  [parameter: string]: unknown
}

const SIZES = ['width', 'height', 'minWidth', 'maxWidth', 'minHeight', 'maxHeight'] as const

/** Types for which Runway's SDK has a default of its own. */
export const LENIENT: ReadonlySet<unknown> = new Set(['text', 'number', 'boolean', 'category', 'file'])

/**
 * `default` is the value used if nothing is sent, or null if there is none. `optional` is our own addition:
 * Runway's schemas can't say that a picture or vector may be left out, or that a number may not.
 */
export function schemaOf({ name, type, help, required }: Described): Schema {
  const parameters = parametersOf(type)
  const isOpen = parameters.default === undefined || parameters.default === null
  const isSaid = isOpen && (required ? LENIENT.has(type.type) : required === false)
  const description = type.description ?? (help || null)
  return { name, type: type.type, description, ...parameters, ...(isSaid && { optional: !required }) }
}

type Described = Pick<Field, 'name' | 'type' | 'help'> & Partial<Pick<Field, 'required'>>

function parametersOf(type: PortType): Record<string, unknown> {
  switch (type.type) {
    case 'image': {
      const channels = type.channels ?? 3
      return { channels, defaultOutputFormat: channels === 3 ? 'JPEG' : 'PNG', ...sizesOf(type) }
    }
    case 'audio': {
      const { sampleRate = null, channels = null, maxSeconds = null } = type
      return { sampleRate, channels, maxSeconds }
    }
    case 'vector': {
      const { length = null, samplingMean = 0, samplingStd = 1 } = type
      return { length, samplingMean, samplingStd, default: null }
    }
    case 'segmentation':
      return { ...labelsIn(type), ...sizesOf(type) }
    case 'category':
      return { oneOf: type.oneOf ?? [], default: type.default ?? null }
    case 'text':
      return withoutMissing({
        default: type.default ?? null,
        minLength: type.minLength ?? 0,
        maxLength: type.maxLength,
      })
    case 'number': {
      const { min, max, step } = type
      return withoutMissing({ default: type.default ?? null, min, max, step })
    }
    case 'boolean':
      return { default: type.default ?? null }
    case 'array': {
      const { minLength = 0, maxLength, itemType } = type
      return withoutMissing({ itemType: schemaOf({ name: 'item', type: itemType, help: '' }), minLength, maxLength })
    }
    case 'record': {
      const fields = Object.entries(type.fields)
      return { fields: fields.map(([name, field]) => schemaOf({ name, type: field, help: '' })) }
    }
    case 'image_landmarks':
      return withoutMissing({ length: type.length, labels: type.labels, connections: type.connections })
    case 'file':
      return withoutMissing({ extension: type.extension })
    case 'directory':
    case 'image_point':
    case 'image_bounding_box':
    case 'any':
      return {}
  }
}

/** Clients paint with these colours, so default colours are included too. */
function labelsIn(type: Extract<PortType, { type: 'segmentation' }>) {
  const colors = colorsOf(type)
  const ids = (labelsOf(type) ?? []).map((label, id) => [label, id] as const).filter(([label]) => label !== '')
  return {
    labels: ids.map(([label]) => label),
    defaultLabel: type.defaultLabel ?? ids[0]?.[0] ?? null,
    labelToId: Object.fromEntries(ids),
    labelToColor: Object.fromEntries(ids.map(([label, id]) => [label, colors[id]])),
  }
}

function sizesOf(type: PixelSize): Record<string, unknown> {
  return Object.fromEntries(SIZES.flatMap((name) => (type[name] ? [[name, type[name]]] : [])))
}

function withoutMissing(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined))
}
