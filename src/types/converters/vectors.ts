import { ValueError } from '../value-error'
import { count } from '../words'
import type { ConverterEntry } from './entry'
import { numberOf, textOf } from './settings'

/**
 * Settings: `length`; `how`: `stretch` (interpolates), `pad` (adds zeros) or `cut` (removes numbers at the
 * end). Never proposed, because a stretched vector means something else to the model, so a person must
 * decide.
 */
export const vectorLength: ConverterEntry = {
  id: 'vector-length',
  label: 'Change the length of the vector',
  wants: { type: 'vector' },
  help: 'The vector.',
  accepts: ({ type }) => type === 'vector' || type === 'array',
  settingsFor: () => null,
  gives: (_, { length }) => ({
    type: 'vector',
    ...(numberOf(length, 0) >= 1 && { length: Math.round(numberOf(length, 0)) }),
  }),
  convert: (value, settings) => {
    const vector = value as ArrayLike<number>
    const length = Math.round(numberOf(settings.length, 0))
    if (length < 1 || length > 1e6) throw new ValueError('the converter has no length: open it and set one', 'flow')
    if (vector.length === length) return Array.from(vector)
    const how = textOf(settings.how, 'stretch')
    if (how === 'pad') return pad(vector, length)
    return how === 'cut' ? cut(vector, length) : stretch(vector, length)
  },
}

function pad(vector: ArrayLike<number>, length: number): number[] {
  if (vector.length > length)
    throw new ValueError(`a vector of ${count(vector.length, 'number')} cannot be padded to ${length}`)
  return [...Array.from(vector), ...new Array<number>(length - vector.length).fill(0)]
}

function cut(vector: ArrayLike<number>, length: number): number[] {
  if (vector.length < length)
    throw new ValueError(`a vector of ${count(vector.length, 'number')} cannot be cut to ${length}`)
  return Array.prototype.slice.call(vector, 0, length)
}

/** Interpolates linearly. The first and last number don't change. */
function stretch(vector: ArrayLike<number>, length: number): number[] {
  if (vector.length === 0) throw new ValueError('a vector without numbers cannot be stretched')
  const step = length > 1 ? (vector.length - 1) / (length - 1) : 0
  return Array.from({ length }, (_, i) => {
    const below = Math.min(Math.floor(i * step), vector.length - 1)
    const above = Math.min(below + 1, vector.length - 1)
    const part = i * step - below
    return (vector[below] as number) * (1 - part) + (vector[above] as number) * part
  })
}
