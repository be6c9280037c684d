import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readPath } from '../files'
import { modelsFolder } from './folder'
import { variantId } from './locate'
import type { Model } from './manifest'
import { findVariant } from './ports'
import { USER_FILE } from './user-file'
import { isPresent } from './weights'

/** What a node needs and lacks: weights to download, named as on the command line, or a user's own file. */
export type Missing = { weights: string } | { file: string }

interface Settings {
  variant?: unknown
  own?: unknown
  file?: unknown
}

/**
 * What is missing from the model that a node with these settings runs; null: nothing.
 *
 * @param model null: the node runs the file of its settings
 * @throws ValueError if there is no such variant, or its path cannot be read
 */
export function missingModel(model: Model | null, { variant, own, file }: Settings, userDir: string): Missing | null {
  if (model && variant !== USER_FILE) {
    const chosen = findVariant(model, typeof variant === 'string' ? variant : undefined)
    return isPresent(model, chosen) ? null : { weights: variantId(model, chosen) }
  }
  const named = model ? (own as { file?: unknown } | null | undefined)?.file : file
  const given = typeof named === 'string' ? readPath(named.trim()) : ''
  if (given.includes('${')) return null // only Node-RED knows the variables
  const isThere =
    given !== '' && [userDir, resolve(modelsFolder, '..')].some((from) => existsSync(resolve(from, given)))
  return isThere ? null : { file: given }
}
