import { isBuiltIn } from '../../flow'
import { declarations } from './declarations'

/** The node types in the palette with known inputs or outputs, with the default settings of each. */
export function freshNodes(): Map<string, Record<string, unknown>> {
  const types = new Set([...declarations.keys(), ...RED.nodes.registry.getNodeTypes().filter(isBuiltIn)])
  const found = new Map<string, Record<string, unknown>>()
  for (const type of types) {
    const definition = RED.nodes.getType(type)
    if (definition && definition.category !== 'config') found.set(type, freshSettings(definition))
  }
  return found
}

/** The same for this package's models only. */
export function freshModels(): Map<string, Record<string, unknown>> {
  return new Map([...freshNodes()].filter(([type]) => RED.nodes.getType(type)?.set?.id?.endsWith('/daisychain-models')))
}

function freshSettings({ defaults = {} }: NodeDefinition): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, setting]) => [key, (setting as { value?: unknown }).value]),
  )
}
