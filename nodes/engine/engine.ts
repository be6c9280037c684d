import type { Node, NodeAPI, NodeDef } from 'node-red'
import type { Device, EngineOptions, InferenceServer } from '../../src/engine'
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
  /** How many models may run at the same time. Empty or 0: as many as suit the machine. */
  lanes?: string | number
  /** Seconds that loading and each run may take. Empty: the engine's own limit; 0: no limit. */
  timeLimit?: string | number
  /** Which graphics card, from 0. Empty: the driver's first. */
  card?: string | number
  /** Addresses of an inference server, with commas. Empty: models run here. */
  server?: string
  /** What the server calls a model. */
  served?: string
}

interface Credentials {
  token?: string
}

const DEVICES: readonly Device[] = ['auto', 'cpu', 'cuda', 'tensorrt', 'directml', 'coreml', 'webgpu', 'wasm']

export = (RED: NodeAPI): void => {
  serveMetrics(RED)
  function EngineConstructor(this: Node<Credentials>, config: EngineConfig) {
    RED.nodes.createNode(this, config)
    const node = this as EngineNode & Node<Credentials>
    const server = readServer(config, node.credentials?.token)
    node.options = { ...readOptions(config, (sentence) => node.warn(sentence)), ...(server && { server }) }
  }
  RED.nodes.registerType<Node<Credentials>, EngineConfig, object, Credentials>('daisychain-engine', EngineConstructor, {
    credentials: { token: { type: 'password' } },
  })
}

/** Settings as the engine takes them; what is not understood is said and left at its default. */
function readOptions(config: EngineConfig, warn: (sentence: string) => void): Partial<EngineOptions> {
  const options: Partial<EngineOptions> = { strict: config.strict === true }
  if (DEVICES.includes(config.device as Device)) options.device = config.device as Device
  else if (config.device) warn(`There is no device "${config.device}"; the engine chooses one itself.`)
  if (config.isolation === 'thread' || config.isolation === 'process') options.isolation = config.isolation
  else if (config.isolation) warn(`There is no isolation "${config.isolation}"; models run in a process of their own.`)
  const number = (value: string | number | undefined, whole: boolean, sentence: string): number | undefined => {
    if (value === undefined || value === '') return undefined
    if (Number(value) >= 0 && (!whole || Number.isInteger(Number(value)))) return Number(value)
    warn(`"${value}" is ${sentence}`)
    return undefined
  }
  const megabytes = number(config.memory, false, "no number of megabytes; the engine's memory is not limited.")
  if (megabytes !== undefined) options.memoryLimit = megabytes * 2 ** 20
  const threads = number(config.threads, true, 'no number of threads; the engine chooses one itself.')
  if (threads) options.threads = threads
  const lanes = number(config.lanes, true, 'no number of models; the engine chooses one itself.')
  if (lanes) options.lanes = lanes
  const seconds = number(config.timeLimit, false, 'no number of seconds; a run may take five minutes.')
  if (seconds !== undefined) options.timeLimit = seconds * 1000
  options.deviceId = number(config.card, true, 'no number of a graphics card; the driver chooses one itself.')
  if (options.deviceId === undefined) delete options.deviceId
  return options
}

function readServer({ server = '', served }: EngineConfig, token: string | undefined): InferenceServer | null {
  const addresses = server.split(/[\s,]+/).filter(Boolean)
  if (addresses.length === 0) return null
  return { addresses, ...(token && { token }), ...(served && { model: served }) }
}
