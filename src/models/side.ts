import { ValueError } from '../types'
import type { Job } from './tasks/task'

/**
 * Reads the length of a side from an input.
 * @throws ValueError unless it is a positive multiple of `multipleOf` pixels
 */
export function sideOf({ model, inputs }: Job, name: string, multipleOf: number): number {
  const size = Number(inputs[name])
  if (Number.isInteger(size / multipleOf) && size > 0) return size
  throw new ValueError(`${model.label}'s ${name} must be a multiple of ${multipleOf} (got ${size})`)
}
