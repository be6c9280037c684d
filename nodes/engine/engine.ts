import type { Node, NodeAPI, NodeDef } from 'node-red'
import type { EngineOptions, InferenceServer } from '../../src/engine'
import { isEmpty, readSettings } from '../../src/settings'
import { asFlowFault, withoutUsers } from '../../src/types'
import type { EngineNode } from '../shared/engine'
import { registerNode } from '../shared/register-node'
import { type Saying, sayings } from '../shared/say'
import { type Secrets, tokenFor } from '../shared/token-for'
import { addMetricsRoutes } from './metrics'
import { node as spec } from './node'

type EngineConfig = NodeDef & Record<string, unknown>

/** The message for each invalid setting, for which the default is used. */
const PROBLEMS: Partial<Record<string, Saying>> = {
  device: 'noDevice',
  isolation: 'noIsolation',
  memory: 'noMemory',
  threads: 'noThreads',
  lanes: 'noLanes',
  timeLimit: 'noTimeLimit',
  card: 'noCard',
}

export = (RED: NodeAPI): void => {
  const say = sayings(RED)
  addMetricsRoutes(RED)
  registerNode(RED, spec, (node: EngineNode & Node<Secrets>, config: EngineConfig) => {
    const warn = (name: string, error: Error) => {
      const { message } = error
      if (name === 'device') node.fault = asFlowFault(error)
      const problem = PROBLEMS[name]
      node.warn(problem ? say(problem, { value: String(config[name]) }) : `${message}.`)
    }
    const server = readServer(config, (addresses) => tokenFor(RED, node, addresses))
    node.options = { ...readOptions(config, warn), ...(server && { server }) }
  })
}

/**
 * Settings in the engine's form. Invalid ones are reported, and missing ones are left to the engine's
 * defaults.
 */
function readOptions(config: EngineConfig, warn: (name: string, error: Error) => void): Partial<EngineOptions> {
  const unset = new Set(Object.keys(spec.settings).filter((name) => isEmpty(config[name])))
  const { device, strict, isolation, memory, threads, lanes, timeLimit, card } = readSettings(
    spec.settings,
    config,
    (error, name) => {
      unset.add(name)
      warn(name, error)
    },
  )
  return {
    strict,
    ...(!unset.has('device') && { device }),
    ...(!unset.has('isolation') && { isolation }),
    ...(memory !== null && { memoryLimit: memory * 2 ** 20 }),
    ...(threads && { threads }),
    ...(lanes && { lanes }),
    ...(timeLimit !== null && { timeLimit: timeLimit * 1000 }),
    ...(card !== null && { deviceId: card }),
  }
}

function readServer(
  { server, served }: EngineConfig,
  tokenOf: (addresses: string[]) => string,
): InferenceServer | null {
  const addresses = withoutUsers(String(server ?? ''))
    .split(/[\s,]+/)
    .filter(Boolean)
  if (addresses.length === 0) return null
  const token = tokenOf(addresses)
  return { addresses, ...(token && { token }), ...(typeof served === 'string' && served && { model: served }) }
}
