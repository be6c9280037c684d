import type { Node, NodeAPI, NodeDef } from 'node-red'
import type { Device, EngineOptions, InferenceServer } from '../../src/engine'
import { withoutUsers } from '../../src/types'
import type { EngineNode } from '../shared/engine'
import { type Saying, sayings } from '../shared/say'
import { speakPlainly } from '../shared/speak-plainly'
import { SECRETS, type Secrets, tokenFor } from '../shared/token-for'
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

const DEVICES: readonly Device[] = ['auto', 'cpu', 'cuda', 'tensorrt', 'directml', 'coreml', 'webgpu', 'wasm']

export = (RED: NodeAPI): void => {
  speakPlainly(RED)
  const say = sayings(RED)
  serveMetrics(RED)
  function EngineConstructor(this: Node<Secrets>, config: EngineConfig) {
    RED.nodes.createNode(this, config)
    const node = this as EngineNode & Node<Secrets>
    const server = readServer(config, (addresses) => tokenFor(RED, node, addresses))
    node.options = {
      ...readOptions(config, (problem, value) => node.warn(say(problem, { value }))),
      ...(server && { server }),
    }
  }
  RED.nodes.registerType<Node<Secrets>, EngineConfig, object, Secrets>('daisychain-engine', EngineConstructor, {
    credentials: SECRETS,
  })
}

/** Settings as the engine takes them; what is not understood is said and left at its default. */
function readOptions(
  config: EngineConfig,
  warn: (problem: Saying, value: string | number) => void,
): Partial<EngineOptions> {
  const options: Partial<EngineOptions> = { strict: config.strict === true }
  if (DEVICES.includes(config.device as Device)) options.device = config.device as Device
  else if (config.device) warn('noDevice', config.device)
  if (config.isolation === 'thread' || config.isolation === 'process') options.isolation = config.isolation
  else if (config.isolation) warn('noIsolation', config.isolation)
  const number = (value: string | number | undefined, whole: boolean, problem: Saying): number | undefined => {
    if (value === undefined || value === '') return undefined
    if (Number(value) >= 0 && (!whole || Number.isInteger(Number(value)))) return Number(value)
    warn(problem, value)
    return undefined
  }
  const megabytes = number(config.memory, false, 'noMemory')
  if (megabytes !== undefined) options.memoryLimit = megabytes * 2 ** 20
  const threads = number(config.threads, true, 'noThreads')
  if (threads) options.threads = threads
  const lanes = number(config.lanes, true, 'noLanes')
  if (lanes) options.lanes = lanes
  const seconds = number(config.timeLimit, false, 'noTimeLimit')
  if (seconds !== undefined) options.timeLimit = seconds * 1000
  options.deviceId = number(config.card, true, 'noCard')
  if (options.deviceId === undefined) delete options.deviceId
  return options
}

function readServer(
  { server = '', served }: EngineConfig,
  tokenOf: (addresses: string[]) => string,
): InferenceServer | null {
  const addresses = withoutUsers(server)
    .split(/[\s,]+/)
    .filter(Boolean)
  if (addresses.length === 0) return null
  const token = tokenOf(addresses)
  return { addresses, ...(token && { token }), ...(served && { model: served }) }
}
