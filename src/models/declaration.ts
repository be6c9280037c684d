import type { InputDeclaration, NodeDeclaration, OutputDeclaration } from '../flow'
import type { Manifest, Port, Variant } from './manifest'
import { defaultOf, inputPorts, isOption, outputPorts } from './ports'

/** What the node of a model wants and gives, for the wire checker: its first variant's ports, the others' as cases. */
export function declarationOf(manifest: Manifest): NodeDeclaration {
  const [first, ...others] = manifest.variants as [Variant, ...Variant[]]
  return {
    label: manifest.label,
    inputs: inputsOf(manifest, first),
    outputs: outputsOf(manifest, first),
    passes: true,
    cases: others
      .filter((variant) => variant.ports ?? first.ports)
      .map((variant) => ({
        when: { variant: variant.id },
        inputs: inputsOf(manifest, variant),
        outputs: outputsOf(manifest, variant),
      })),
    defaults: { variant: first.id, format: 'value' },
  }
}

function inputsOf(manifest: Manifest, variant: Variant): Record<string, InputDeclaration> {
  return Object.fromEntries(
    inputPorts(manifest, variant).map((port) => [
      port.property,
      { type: port.type, required: isRequired(port), help: port.help },
    ]),
  )
}

function outputsOf(manifest: Manifest, variant: Variant): OutputDeclaration[] {
  return outputPorts(manifest, variant).map((ports) =>
    Object.fromEntries(
      ports.map(({ property, type }) => [
        property,
        type.type === 'image' ? { ...type, format: { $config: 'format' } } : type,
      ]),
    ),
  )
}

function isRequired(port: Port): boolean {
  return !port.optional && !isOption(port) && defaultOf(port.type) === undefined
}
