import { builtInNodes, builtInSettings } from '../declarations'
import { type FlowNode, type Graph, runningNodes } from '../flow'
import { loadManifests, loadUserNodes, type Model, optionFaults } from '../models'
import { mistakesInSettings } from '../settings'

/** A sentence about a node's setting. */
export interface SettingFault {
  id: string
  message: string
}

/**
 * What the nodes of a flow would report about their settings when it runs. Settings from environment
 * variables are unknown.
 * @param folders of users' own nodes
 */
export async function settingFaults(graph: Graph, folders: readonly string[]): Promise<SettingFault[]> {
  const known = builtInSettings()
  const nodes = runningNodes(graph).filter(({ type }) => type.startsWith('daisychain-'))
  const models = nodes.length > 0 ? modelsOf(folders) : new Map<string, Model>()
  const faults: SettingFault[] = []
  for (const { id, type, name, config } of nodes) {
    const stored = withoutVariables(config)
    const model = models.get(type)
    const mistakes = known[type] ? mistakesInSettings(known[type], stored) : []
    const all = model ? [...mistakes, ...(await optionFaults(model, stored))] : mistakes
    const called = name || (builtInNodes()[type] ?? model)?.label || type
    for (const message of all)
      faults.push({ id, message: message.startsWith(called) ? `${message}.` : `“${called}”: ${message}.` })
  }
  return faults
}

function modelsOf(folders: readonly string[]) {
  const bundled = loadManifests()
  const taken = bundled.map(({ node }) => node)
  const own = folders.flatMap((folder) => loadUserNodes(folder, taken).models)
  return new Map([...own, ...bundled].map((model) => [model.node, model]))
}

function withoutVariables(config: FlowNode['config']): Record<string, unknown> {
  const isVariable = (value: unknown) => typeof value === 'string' && /^\$\{\S+\}$/.test(value)
  return Object.fromEntries(Object.entries(config).filter(([, value]) => !isVariable(value)))
}
