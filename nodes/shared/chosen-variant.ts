import type { NodeAPI } from 'node-red'
import type { Engine } from '../../src/engine'
import { explainFile } from '../../src/inspect'
import {
  findVariant,
  type Model,
  requireWeights,
  USER_FILE,
  type UserFile,
  userVariant,
  type Variant,
} from '../../src/models'
import type { FileSettings } from './file-rules'
import { modelFile } from './model-files'
import { settingPath } from './setting-path'

/** The settings of a model's node that choose what it runs. */
export interface VariantConfig {
  variant?: string
  /** The user's own file. Set if the variant is `own`. */
  own?: UserFile | ''
}

/** The variant that a node runs. @throws EngineError, ValueError if it isn't downloaded or doesn't fit */
export async function chosenVariant(
  RED: NodeAPI,
  model: Model,
  config: VariantConfig,
  engine: Engine,
): Promise<Variant> {
  if (config.variant === USER_FILE) return runnableUserFile(RED, model, config.own || { file: '' }, engine)
  const variant = findVariant(model, config.variant)
  await requireWeights(model, variant)
  return variant
}

/**
 * A variant that runs a user's own file in place of a model's.
 *
 * @throws ValueError, InspectError, EngineError: sentences about the file
 */
export async function runnableUserFile(RED: NodeAPI, model: Model, own: UserFile, engine: Engine): Promise<Variant> {
  const file = own.file && modelFile(settingPath(RED, null, own.file), RED.settings as FileSettings)
  try {
    return await userVariant(model, { ...own, file }, engine)
  } catch (error) {
    throw await explainFile(file, error, engine)
  }
}
