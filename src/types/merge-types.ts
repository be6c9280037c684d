import type { AudioType, ImageType, PortType, PortTypeOf, TypeName } from './port-type'
import { isBuffer } from './rules/image'

type Merger<T> = (some: T, other: T) => PortType

/**
 * Merge two types with the same name into one that values of both fit. Types with `null` only merge if they
 * are equal.
 */
const mergers: { [Name in TypeName]: Merger<PortTypeOf<Name>> | null } = {
  number: (some, other) => ({ type: 'number', ...ends(some, other, 'min', 'max') }),
  text: (some, other) => ({ type: 'text', ...ends(some, other, 'minLength', 'maxLength') }),
  category: (some, other) => {
    const oneOf = [...new Set([...(some.oneOf ?? []), ...(other.oneOf ?? [])])]
    return some.oneOf && other.oneOf && oneOf.length <= 100 ? { type: 'category', oneOf } : { type: 'text' }
  },
  vector: (some, other) => ({ type: 'vector', ...(some.length === other.length && { length: some.length }) }),
  image: mergeImages,
  audio: mergeSounds,
  array: (some, other) => ({
    type: 'array',
    itemType: mergeTypes(some.itemType, other.itemType),
    ...ends(some, other, 'minLength', 'maxLength'),
  }),
  record: (some, other) => {
    const shared = Object.keys(some.fields).filter((name) => Object.hasOwn(other.fields, name))
    const merged = shared.map((name) => [
      name,
      mergeTypes(some.fields[name] as PortType, other.fields[name] as PortType),
    ])
    return { type: 'record', fields: Object.fromEntries(merged) }
  },
  boolean: null,
  segmentation: null,
  file: null,
  directory: null,
  image_point: null,
  image_bounding_box: null,
  image_landmarks: null,
  any: null,
}

/** The narrowest type that values of both types fit; `any` if there is none. */
export function mergeTypes(some: PortType, other: PortType): PortType {
  if (JSON.stringify(some) === JSON.stringify(other)) return some
  const types = new Set([some.type, other.type])
  if (types.has('text') && types.has('category')) return { type: 'text' }
  const merge = types.size === 1 ? (mergers[some.type] as Merger<PortType> | null) : null
  return merge ? merge(some, other) : { type: 'any' }
}

/** Pictures in different formats have no common type, unless both are Buffers. */
function mergeImages(some: ImageType, other: ImageType): PortType {
  const merged: ImageType = { type: 'image' }
  if (some.channels && some.channels === other.channels) merged.channels = some.channels
  const [format, otherFormat] = [some.format ?? 'value', other.format ?? 'value']
  if (format !== otherFormat && !(isBuffer(format) && isBuffer(otherFormat))) return { type: 'any' }
  if (format !== 'value') merged.format = format === otherFormat ? format : 'buffer'
  return merged
}

/** Sounds in different formats have no common type, unless both are Buffers. */
function mergeSounds(some: AudioType, other: AudioType): PortType {
  const merged: AudioType = { type: 'audio' }
  if (some.sampleRate === other.sampleRate) merged.sampleRate = some.sampleRate
  if (some.channels === other.channels) merged.channels = some.channels
  if (some.maxSeconds && other.maxSeconds) merged.maxSeconds = Math.max(some.maxSeconds, other.maxSeconds)
  const formats = [some.format ?? 'value', other.format ?? 'value']
  if (formats[0] === formats[1]) return { ...merged, ...(some.format && { format: some.format }) }
  return formats.every((format) => format === 'wav' || format === 'buffer')
    ? { ...merged, format: 'buffer' }
    : { type: 'any' }
}

/** The smaller minimum and the larger maximum; a limit that one of the types lacks is removed. */
function ends<Low extends string, High extends string>(
  some: { [end in Low | High]?: number },
  other: { [end in Low | High]?: number },
  low: Low,
  high: High,
): { [end in Low | High]?: number } {
  const merged: { [end in Low | High]?: number } = {}
  if (some[low] !== undefined && other[low] !== undefined) merged[low] = Math.min(some[low], other[low]) as never
  if (some[high] !== undefined && other[high] !== undefined) merged[high] = Math.max(some[high], other[high]) as never
  return merged
}
