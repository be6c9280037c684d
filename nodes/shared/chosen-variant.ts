import type { Engine } from '../../src/engine'
import { findVariant, type Model, OWN, type OwnFile, ownVariant, requireWeights, type Variant } from '../../src/models'

/** The settings of a model's node that choose what it runs. */
export interface VariantConfig {
  variant?: string
  /** With the variant `own`. */
  own?: OwnFile | ''
}

/** What a node runs. @throws EngineError, ValueError where it is not there, or does not fit */
export async function chosenVariant(model: Model, config: VariantConfig, engine: Engine): Promise<Variant> {
  if (config.variant === OWN) return ownVariant(model, config.own || { file: '' }, engine)
  const variant = findVariant(model, config.variant)
  requireWeights(model, variant)
  return variant
}
