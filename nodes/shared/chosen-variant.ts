import type { NodeAPI } from 'node-red'
import type { Engine } from '../../src/engine'
import { findVariant, type Model, OWN, type OwnFile, ownVariant, requireWeights, type Variant } from '../../src/models'
import { type FileSettings, modelFile } from './model-files'

/** The settings of a model's node that choose what it runs. */
export interface VariantConfig {
  variant?: string
  /** With the variant `own`. */
  own?: OwnFile | ''
}

/** What a node runs. @throws EngineError, ValueError where it is not there, or does not fit */
export async function chosenVariant(
  RED: NodeAPI,
  model: Model,
  config: VariantConfig,
  engine: Engine,
): Promise<Variant> {
  if (config.variant === OWN) return ownVariant(model, ownFile(RED, config.own || { file: '' }), engine)
  const variant = findVariant(model, config.variant)
  requireWeights(model, variant)
  return variant
}

/** With the absolute path of its file. @throws ValueError where it may not be used */
export function ownFile({ settings }: NodeAPI, own: OwnFile): OwnFile {
  return own.file === '' ? own : { ...own, file: modelFile(own.file, settings as FileSettings) }
}
