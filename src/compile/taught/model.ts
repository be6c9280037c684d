import type { Model, Port } from '../../models'
import { EXTRACTOR_LICENCE, PICTURE_SIDE } from '../../teach'
import type { PortType } from '../../types'
import { type Taught, TEACH } from './read'

/** Pictures are stretched to the network's input size. */
export const PICTURE_SIZE = { fit: 'stretch', width: PICTURE_SIDE, height: PICTURE_SIDE } as const

/** A taught node as a model with one variant. @param property the message property that it reads */
export function taughtModel(taught: Taught, label: string, property: string): Model {
  const isPicture = taught.book.kind === 'picture'
  const [name, type] = inputOf(taught)
  return {
    ...{ id: 'teach', node: TEACH, label, summary: '', icon: '', folder: '' },
    inputs: [{ name, property, type, help: '' }],
    outputs: [outputsOf(taught)],
    variants: [
      {
        ...{ id: 'taught', label: 'as it was taught', file: '', about: '' },
        licence: isPicture ? EXTRACTOR_LICENCE : 'of its examples',
        // Pictures whose size nothing else determines get the network's own size.
        feeds: isPicture ? { [name]: { kind: 'image', from: name, layout: 'NCHW', size: PICTURE_SIZE } } : {},
        fetches: {},
      },
    ],
  }
}

function inputOf({ book }: Taught): [name: string, type: PortType] {
  const { kind, examples } = book
  if (kind === 'picture') return ['image', { type: 'image', channels: 3 }]
  const length = examples[0]?.features.length ?? 1
  return length === 1 ? ['number', { type: 'number' }] : ['vector', { type: 'vector', length }]
}

function outputsOf({ learned, labels }: Taught): Port[] {
  const share = { type: 'number', min: 0, max: 1 } as const
  const score: Port = { name: 'score', property: 'score', type: share, help: 'The confidence, from 0 to 1.' }
  if (learned.kind === 'numbers') {
    const length = learned.bounds.length
    const type: PortType = length === 1 ? { type: 'number' } : { type: 'vector', length }
    const said = { property: 'payload', type, help: 'What was taught, and in between.' }
    return [{ name: length === 1 ? 'number' : 'numbers', ...said }, score]
  }
  const category: PortType = { type: 'category', oneOf: [...labels] }
  const row: PortType = { type: 'record', fields: { category, score: share } }
  return [
    { name: 'class', property: 'payload', type: category, help: 'The most likely class.' },
    { ...score, help: 'The confidence in the nearest class, from 0 to 1.' },
    { name: 'ranked', property: 'ranked', type: { type: 'array', itemType: row }, help: 'The score of each class.' },
  ]
}
