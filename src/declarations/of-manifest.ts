import { declaredPorts, type NodeDeclaration, type TypeExpression } from '../flow'
import type { Manifest, Variant } from '../models/manifest'
import { inputPorts, isMask, isSeed, outputPorts } from '../models/ports'
import type { MatchSettings } from '../models/tasks/match'
import type { TextsSettings } from '../models/tasks/texts'
import { USER_FILE } from '../models/user-file'
import { MASK_TYPES, type PortType } from '../types'

/**
 * The declaration of a model's node: the ports of its first variant, with those of the other variants as
 * cases. If it runs a user's own file, the node stores its ports itself, because only the file determines
 * them.
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
  const outputs = outputPorts(manifest, variant).map((ports) =>
    ports.map((port) => ({ ...port, type: wordsOf(manifest, variant, port.name) ?? port.type })),
  )
  const inputs = inputPorts(manifest, variant).map((port) => {
    if (isSeed(port, variant)) return { ...port, type: [port.type, ...SEEDS], optional: true }
    return isMask(port, variant) ? { ...port, type: [...MASK_TYPES] } : port
  })
  return declaredPorts(inputs, outputs)
}

/** The types that a seed can have besides its declared one. */
const SEEDS: readonly PortType[] = [{ type: 'number' }, { type: 'text' }]

/**
 * The type of an output whose value is one of the words in a setting, or the answer if no word matches. A
 * message may bring other words.
 */
function wordsOf(manifest: Manifest, variant: Variant, output: string): TypeExpression | undefined {
  const { steps = [] } = variant
  const maker = steps.find(({ task, to }) => task === 'match' && to === output)
  const settings = maker?.settings as MatchSettings | undefined
  const texts = steps.find(({ task, to }) => task === 'texts' && to === settings?.of)?.settings as
    | TextsSettings
    | undefined
  const words = inputPorts(manifest, variant).find(({ name }) => name === texts?.of)
  if (!settings || !words) return undefined
  const oneOf = { $list: words.name, and: [settings.none] }
  return { type: 'category', oneOf, $unlessSet: words.property }
}
