import type { PortType, SegmentationType } from '../../../src/types'
import { field } from '../../serving/support'

export const labels: SegmentationType = { type: 'segmentation', labels: ['sky', 'sea', 'sand'], width: 64, height: 48 }
const clicks: PortType = {
  type: 'array',
  itemType: { type: 'record', fields: { x: { type: 'number' }, y: { type: 'number' }, include: { type: 'boolean' } } },
}

/** The inputs of a model that has one of every kind that the page supports. */
export const everyInput = [
  field('photo', { type: 'image' }, { required: true, help: 'Anything with a face in it.' }),
  field('map', labels),
  field('z', { type: 'vector', length: 8 }, { required: true }),
  field('mood', { type: 'vector', length: 4 }),
  field('prompt', { type: 'text', default: 'a cat' }),
  field('strength', { type: 'number', min: 0, max: 1, step: 0.1, default: 0.5 }),
  field('seed', { type: 'number', min: 0, max: 999 }),
  field('style', { type: 'category', oneOf: ['ink', 'oil', 'chalk'], default: 'oil' }),
  field('kind', { type: 'category', oneOf: ['a', 'b', 'c', 'd', 'e', 'f'] }),
  field('exact', { type: 'boolean', default: false }),
  field('points', clicks),
  field('box', { type: 'image_bounding_box' }),
  field('pictures', { type: 'array', itemType: { type: 'image' } }),
]
