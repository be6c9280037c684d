import { uniforms } from '../../../src/random'
import { pictures } from './pictures'
import { randomOf } from './random'
import { sounds } from './sounds'
import { texts } from './texts'
import { values } from './values'

const kinds = { ...texts, ...values, ...pictures, ...sounds }

/** The names of all kinds of hostile input. */
export const KINDS: readonly string[] = Object.keys(kinds)

/** How to make a hostile message again. */
export interface Recipe {
  /** The id of the node. */
  to: string
  kind: string
  /** The property that holds it. */
  property: string
  seed: number
}

/** The value of a kind; the same seed gives the same one. */
export async function hostileValue(kind: string, seed: number): Promise<unknown> {
  const make = kinds[kind]
  if (!make) throw new Error(`There is no kind of input "${kind}".`)
  return make(randomOf(uniforms(seed)))
}

/** A message with one hostile property; its other properties are valid. */
export async function messageOf({ kind, property, seed }: Recipe): Promise<Record<string, unknown>> {
  const right = property === 'payload' ? {} : { payload: await hostileValue('a picture that is right', 1) }
  return { ...right, [property]: await hostileValue(kind, seed) }
}
