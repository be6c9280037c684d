import type { NodeAPI, NodeDef } from 'node-red'
import type { Device, EngineOptions } from '../../src/engine'
import type { EngineNode } from '../shared/engine'
import { serveMetrics } from './metrics'

interface EngineConfig extends NodeDef {
  device?: string
  strict?: boolean
  isolation?: string
  /** Megabytes; empty or 0: no limit. */
  memory?: string | number
  /** Empty or 0: as many as suit the machine. */
  threads?: string | number
}

const DEVICES: readonly Device[] = ['auto', 'cpu', 'cuda', 'tensorrt', 'directml', 'coreml', 'webgpu']

export = (RED: NodeAPI): void => {
  serveMetrics(RED)
  RED.nodes.registerType('daisychain-engine', function (this: EngineNode, config: EngineConfig) {
    RED.nodes.createNode(this, config)
    this.options = readOptions(config, (sentence) => this.warn(sentence))
  })
}

/** Settings as the engine takes them; what is not understood is said and left at its default. */
function readOptions(config: EngineConfig, warn: (sentence: string) => void): Partial<EngineOptions> {
  const options: Partial<EngineOptions> = { strict: config.strict === true }
  if (DEVICES.includes(config.device as Device)) options.device = config.device as Device
  else if (config.device) warn(`There is no device "${config.device}"; the engine chooses one itself.`)
  if (config.isolation === 'thread' || config.isolation === 'process') options.isolation = config.isolation
  else if (config.isolation) warn(`There is no isolation "${config.isolation}"; models run in a process of their own.`)
  const megabytes = Number(config.memory || 0)
  if (megabytes >= 0) options.memoryLimit = megabytes * 2 ** 20
  else warn(`"${config.memory}" is no number of megabytes; the engine's memory is not limited.`)
  const threads = Number(config.threads || 0)
  if (Number.isInteger(threads) && threads > 0) options.threads = threads
  else if (threads !== 0) warn(`"${config.threads}" is no number of threads; the engine chooses one itself.`)
  return options
}
