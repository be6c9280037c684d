import { existsSync } from 'node:fs'
import { basename, dirname, resolve, sep } from 'node:path'
import { requireInside } from '../../src/files'
import type { OwnManifest } from '../../src/inspect'
import { type Model, modelsFolder, validateManifest } from '../../src/models'
import { ValueError } from '../../src/types'
import type { FileSettings } from '../shared/file-rules'

/**
 * The absolute path of a model's file. Relative ones start in the user directory; `models/…` may also be one of those
 * that come with the package.
 *
 * @throws ValueError
 */
export function modelFile(file: unknown, { userDir = '.', daisychainRoot }: FileSettings): string {
  if (typeof file !== 'string' || file.trim() === '')
    throw new ValueError('No model is chosen: open the node and choose an .onnx file.')
  const path = resolve(userDir, file.trim())
  const bundled = resolve(modelsFolder, '..', file.trim())
  if (bundled.startsWith(modelsFolder + sep) && !existsSync(path) && existsSync(bundled)) return bundled
  if (daisychainRoot) requireInside(path, daisychainRoot)
  return path
}

/** The model that a node's settings describe. @throws ValueError where they describe none */
export function ownModel(path: string, manifest: unknown): Model {
  if (typeof manifest !== 'object' || manifest === null)
    throw new ValueError(
      'Nobody has said what this model takes and gives: open the node, which proposes it, and press Done.',
    )
  const given = manifest as OwnManifest
  const [variant] = given.variants ?? []
  // The file is wherever it is: only what is made of its tensors has to be right.
  const faults = validateManifest({
    ...given,
    node: 'daisychain-onnx',
    variants: [{ ...variant, file: 'model.onnx', files: undefined, bytes: variant?.bytes || 1 }],
  })
  if (faults.length > 0 || !variant) throw new ValueError(`The node's ports cannot be used: ${faults.join('; ')}.`)
  return {
    ...given,
    node: 'daisychain-onnx',
    label: given.label || basename(path),
    variants: [{ ...variant, file: basename(path) }],
    folder: dirname(path),
  }
}
