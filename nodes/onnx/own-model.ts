import { basename, dirname } from 'node:path'
import type { UserManifest } from '../../src/inspect'
import { type Model, validateManifest } from '../../src/models'
import { ValueError } from '../../src/types'

/** The model described by a node's settings. @throws ValueError if they don't describe one */
export function ownModel(path: string, manifest: unknown): Model {
  if (typeof manifest !== 'object' || manifest === null)
    throw new ValueError(
      "This model's inputs and outputs are not set yet: open the node, check its proposal, and press Done.",
      'flow',
    )
  const given = manifest as UserManifest
  const [variant] = given.variants ?? []
  // The variant's own file name and size are replaced here: only the interpretation of the tensors is
  // checked.
  const faults = validateManifest({
    ...given,
    node: 'daisychain-onnx',
    variants: [{ ...variant, file: 'model.onnx', files: undefined, bytes: variant?.bytes || 1 }],
  })
  if (faults.length > 0 || !variant)
    throw new ValueError(`The node's ports cannot be used: ${faults.join('; ')}.`, 'flow')
  return {
    ...given,
    node: 'daisychain-onnx',
    label: given.label || basename(path),
    variants: [{ ...variant, file: basename(path) }],
    folder: dirname(path),
  }
}
