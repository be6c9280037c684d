import type { PortType } from '../../types'
import type { ShownField } from '../data'
import type { Build, Built } from './input'
import { buildPainter } from './painter'
import { buildPicture } from './picture'
import { buildPoints, kindOfPoints } from './points'
import { buildCategory, buildFlag, buildJson, buildNumber, buildText } from './simple'
import { buildSound } from './sound'
import { buildVector } from './vector'

/** Builds the form of an input, according to its type. */
export function buildInput(field: ShownField, changed: () => void): Built {
  return formOf(field.type, field)(field, changed)
}

function formOf(type: PortType, { labels }: ShownField): Build {
  switch (type.type) {
    case 'image':
      return buildPicture
    case 'segmentation':
      return labels?.some(Boolean) ? buildPainter : buildPicture
    case 'audio':
      return buildSound
    case 'vector':
      return buildVector
    case 'text':
      return buildText
    case 'number':
      return buildNumber
    case 'boolean':
      return buildFlag
    case 'category':
      return buildCategory
    default:
      if (kindOfPoints(type)) return buildPoints
      return type.type === 'array' && type.itemType.type === 'image' ? buildPicture : buildJson
  }
}
