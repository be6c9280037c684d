import type { NodeDeclaration } from '../flow'
import type { NodeSpec } from './node-spec'

/** The checker's view of a node: its ports, and the defaults of the settings on which they depend. */
export function declarationOfNode({ label, ports = {}, settings, portSettings = [] }: NodeSpec): NodeDeclaration {
  const read = new Set([...settingsIn(ports), ...portSettings])
  const defaults = Object.entries(settings).filter(([name]) => read.has(name))
  return {
    label,
    ...ports,
    ...(defaults.length > 0 && {
      defaults: Object.fromEntries(defaults.map(([name, setting]) => [name, setting.default])),
    }),
  }
}

/** The settings that contain a property's name (`$name`) or select a case. */
function settingsIn({ cases = [], ...ports }: NonNullable<NodeSpec['ports']>): string[] {
  const layers = [ports, ...cases]
  const keys = layers.flatMap(({ inputs = {}, outputs = [] }) => [
    ...Object.keys(inputs),
    ...outputs.flatMap(Object.keys),
  ])
  return [
    ...keys.filter((key) => key.startsWith('$')).map((key) => key.slice(1)),
    ...cases.flatMap(({ when }) => Object.keys(when)),
  ]
}
