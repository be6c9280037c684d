import type { Image } from '../../types'
import { drawnOn } from '../../types/converters/draw-shapes'
import { isIncluded } from '../steps/clicks'
import type { Job } from './task'

/** Settings of a step with the task `mark`: names of ports or steps. */
export interface MarkSettings {
  mask: string
  /** The picture. */
  on: string
  /** The name of the clicks. */
  points?: string
  box?: string
}

/** A picture with the mask drawn over it in a colour, under the name `to`. */
export async function mark({ variant, inputs, to = 'output' }: Job): Promise<Record<string, unknown>> {
  const { mask, on, points = '', box = '' } = variant.settings as unknown as MarkSettings
  const canvas = inputs[on] as Image
  const clicked = (inputs[points] ?? []) as { x: number; y: number; include?: unknown }[]
  const shapes = [
    { mask: inputs[mask], name: 'thing' },
    ...(inputs[box] ? [{ box: inputs[box], name: 'thing' }] : []),
    ...clicked.map(({ x, y, include }) => ({ point: [x, y], name: isIncluded(include) ? 'thing' : 'beside' })),
  ]
  return { [to]: await drawnOn(canvas, shapes, {}) }
}
