import type { Image } from '../../types'
import { inputPorts, named } from '../ports'
import { drawOn } from './detect'
import type { Job } from './task'

/** Settings of a step with the task `draw`. */
export interface DrawSettings {
  /** The list of things, and the picture they are drawn on: names of ports or steps. */
  things: string
  on: string
}

/** A picture with things drawn in, under the name `to`. */
export async function draw({ model, variant, inputs, to = 'output' }: Job): Promise<Record<string, unknown>> {
  const { things, on } = variant.settings as unknown as DrawSettings
  const list = named(inputPorts(model, variant), things)
  return { [to]: await drawOn(inputs[on] as Image, inputs[things] as unknown[], list) }
}
