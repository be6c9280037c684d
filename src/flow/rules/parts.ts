import type { PortType } from '../../types'
import { type Alternatives, typed } from '../alternatives'

/** `msg.parts` tells the join node what to reassemble, and from how many items. */
export const PARTS = ['parts']
export const partsOf = (kind: 'array' | 'string', origin: string, size = 1): Alternatives =>
  typed(
    { type: 'record', fields: { type: { type: 'category', oneOf: [kind] }, len: { type: 'number', min: size } } },
    origin,
  )

const lists = new WeakMap<PortType, PortType>()

export function listOf(item: PortType): PortType {
  const list = lists.get(item) ?? { type: 'array', itemType: item }
  lists.set(item, list)
  return list
}
