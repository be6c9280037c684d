import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readPath } from '../files'
import { modelsFolder } from './folder'
import { variantId } from './locate'
import type { Model } from './manifest'
import { findVariant } from './ports'
import { USER_FILE } from './user-file'
import { isPresent } from './weights'

/**
 * The missing file of a node: weights to download, by their name on the command line, or a user's own file.
 */
export type Missing = { weights: string } | { file: string }

interface Settings {
  variant?: unknown
  own?: unknown
  file?: unknown
}

/**
 * What the model of a node with these settings lacks; null if nothing.
 *
 * @param model null if the node runs the file named in its settings
 * @throws ValueError if the variant doesn't exist or the path can't be read
 */
export function missingModel(model: Model | null, { variant, own, file }: Settings, userDir: string): Missing | null {
  if (model && variant !== USER_FILE) {
    const chosen = findVariant(model, typeof variant === 'string' ? variant : undefined)
    return isPresent(model, chosen) ? null : { weights: variantId(model, chosen) }
  }
  const named = model ? (own as { file?: unknown } | null | undefined)?.file : file
  const given = typeof named === 'string' ? readPath(named.trim()) : ''
  if (given.includes('${')) return null // environment variables are only known to Node-RED
  const isThere =
    given !== '' && [userDir, resolve(modelsFolder, '..')].some((from) => existsSync(resolve(from, given)))
  return isThere ? null : { file: given }
}
