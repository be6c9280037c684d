import { convertedType, converters, type PortType } from '../../types'
import { type Alternatives, eachAlternative, NONE, typed, UNKNOWN } from '../alternatives'
import { changing, type Rule, text } from '../behaviour'
import { parsePath, read, write } from '../message'

/**
 * Daisychain's own converter node: its input and output are listed in the table of converters. If it chooses
 * a conversion automatically, its output is unknown.
 */
export const convert: Rule = (node) => {
  const { settings } = node
  const property = text(settings.property) || 'payload'
  const path = parsePath(property)
  const entry = converters.find(({ id }) => id === settings.converter)
  const wants = entry
    ? [{ property, path, types: [entry.wants, ...(entry.also ?? [])], required: true, help: entry.help }]
    : []
  if (entry?.draws) {
    const on = text(settings.on) || 'image'
    const types: PortType[] = [{ type: 'image' }]
    wants.push({ property: on, path: parsePath(on), types, required: false, help: 'The picture to draw on.' })
  }
  const usual = entry ? convertedType(entry.wants, settings) : ANY
  const made = (given: Alternatives): Alternatives => {
    if (!entry) return UNKNOWN
    if (usual.type !== 'any') return typed(usual, node.id)
    return eachAlternative(given, ({ kind, type }) => {
      if (kind === 'absent') return NONE // the node reports an error and sends nothing
      return type ? typed(convertedType(type, settings), node.id) : UNKNOWN
    })
  }
  return { ...changing(node, (arriving) => write(arriving, path, made(read(arriving, path)))), wants }
}

const ANY: PortType = { type: 'any' }
