import type { TensorInfo } from '../engine'
import { inWords } from './names'

/**
 * Whether a network does a diffusion step: besides noise it takes the time step, and returns noise of the same size.
 * The noise has the shape of a picture, but isn't one.
 */
export function isDenoiser(inputs: readonly TensorInfo[], outputs: readonly TensorInfo[]): boolean {
  const maps = inputs.filter(({ shape }) => shape.length === 4)
  const [noise] = maps
  const isTold = inputs.some(
    ({ name, shape }) => shape.length <= 1 && /^(t|time ?steps?|sigmas?|noise ?levels?|time)$/.test(inWords(name)),
  )
  if (!isTold || !noise || maps.length > 1) return false
  return outputs.some(
    ({ shape }) =>
      shape.length === 4 && shape.every((size, at) => size === noise.shape[at] || at === 0 || typeof size === 'string'),
  )
}
