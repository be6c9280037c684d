import type { PortType } from './port-type'

/** Whether values of the type are JavaScript strings. */
export function isString(type: PortType | null): boolean {
  return (
    type !== null &&
    STRINGS.has(type.type === 'image' || type.type === 'audio' ? `${type.type} ${type.format}` : type.type)
  )
}

const STRINGS = new Set([
  'text',
  'category',
  'file',
  'directory',
  'image dataURI',
  'image base64',
  'image file',
  'audio dataURI',
])
