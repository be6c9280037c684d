import type { Image } from '../../types'
import { inputPorts, named } from '../ports'
import { drawOn } from './detect'
import type { Job } from './task'

/** Settings of a step with the task `draw`. */
export interface DrawSettings {
  /**
   * The list of things, and the picture on which they are drawn: names of ports or of other steps' results.
   */
  things: string
  on: string
}

/** A picture with the things drawn on it, under the name `to`. */
export async function draw({ model, variant, inputs, to = 'output' }: Job): Promise<Record<string, unknown>> {
  const { things, on } = variant.settings as unknown as DrawSettings
  const list = named(inputPorts(model, variant), things)
  return { [to]: await drawOn(inputs[on] as Image, inputs[things] as unknown[], list) }
}
