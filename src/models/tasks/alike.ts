import { ValueError } from '../../types'
import { cosine } from './match'
import type { Job } from './task'

/** Settings of a step with the task `alike`. */
export interface AlikeSettings {
  /** The names of vectors of length 1 from other steps. Exactly two of them must be present. */
  between: string[]
}

/** The cosine of the two vectors that are present, under the name `to`. */
export async function alike({ model, variant, inputs, to = 'alike' }: Job): Promise<Record<string, unknown>> {
  const { between } = variant.settings as unknown as AlikeSettings
  const [one, other, ...more] = between.flatMap((name) => (inputs[name] as Float32Array | undefined) ?? [])
  if (!one || !other || more.length > 0) {
    const given = [one, other, ...more].filter(Boolean).length
    const places = model.inputs.filter(({ optional }) => optional).map(({ property }) => `msg.${property}`)
    throw new ValueError(
      `${model.label} compares two things, but the message and the node's fields have ${given}: use two of ${places.join(', ')}`,
    )
  }
  // Rounding errors may move it slightly outside −1 to 1.
  return { [to]: Math.min(1, Math.max(-1, cosine(one, other))) }
}
