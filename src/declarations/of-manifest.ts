import { declaredPorts, type NodeDeclaration } from '../flow'
import type { Manifest, Variant } from '../models/manifest'
import { inputPorts, outputPorts } from '../models/ports'
import { USER_FILE } from '../models/user-file'

/**
 * What the node of a model needs and gives, for the wire checker: its first variant's ports, the others' as cases. With a
 * user's own file the node keeps its ports itself, since only a look into the file tells them.
 */
export function declarationOf(manifest: Manifest): NodeDeclaration {
  const [first, ...others] = manifest.variants as [Variant, ...Variant[]]
  return {
    label: manifest.label,
    ...portsOf(manifest, first),
    passes: true,
    cases: [
      ...others
        .filter((variant) => variant.ports ?? first.ports)
        .map((variant) => ({ when: { variant: variant.id }, ...portsOf(manifest, variant) })),
      { when: { variant: USER_FILE }, portsFrom: 'own' },
    ],
    defaults: { variant: first.id, format: 'value' },
  }
}

function portsOf(manifest: Manifest, variant: Variant) {
  return declaredPorts(inputPorts(manifest, variant), outputPorts(manifest, variant))
}
