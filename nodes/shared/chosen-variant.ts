import type { Engine } from '../../src/engine'
import { findVariant, type Model, OWN, type OwnFile, ownVariant, requireWeights, type Variant } from '../../src/models'
import { requireAllowed } from './file-rules'

/** The settings of a model's node that choose what it runs. */
export interface VariantConfig {
  variant?: string
  /** With the variant `own`. */
  own?: OwnFile | ''
}

/** What a model is with a user's own file. @throws EngineError, ValueError where it may not be read, or does not fit */
export async function checkedOwn(model: Model, own: OwnFile, engine: Engine): Promise<Variant> {
  requireAllowed(own.file)
  return ownVariant(model, own, engine)
}

/** What a node runs. @throws EngineError, ValueError where it is not there, or does not fit */
export async function chosenVariant(model: Model, config: VariantConfig, engine: Engine): Promise<Variant> {
  if (config.variant === OWN) return checkedOwn(model, config.own || { file: '' }, engine)
  const variant = findVariant(model, config.variant)
  requireWeights(model, variant)
  return variant
}
