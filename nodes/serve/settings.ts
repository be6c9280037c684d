import type { NodeDef } from 'node-red'
import { type FieldLook, normalPath } from '../../src/serving/index'
import { readSettings } from '../../src/settings'
import { ValueError } from '../../src/types'
import { serveIn } from './node'

/** Settings of a `serve in` node as stored in the flow file. Any may be missing. */
export type ServeInConfig = NodeDef & Record<string, unknown>

export interface ServeInSettings {
  name: string
  path: string
  description: string
  command: string
  host: string
  /** Null: under Node-RED's own HTTP root. */
  port: number | null
  socketIoPort: number | null
  oscPort: number | null
  grpcPort: number | null
  timeout: number
  places: number
  limit: number
  origins: string[]
  share: boolean
  title: string
  color: string
  picture: string
  looks: FieldLook[]
  rate: number
  /** How many results the page keeps. */
  keep: number
  /** Whether agents may use the flow as a tool. */
  agents: boolean
  /** Whether the page's results are kept across restarts. */
  disk: boolean
}

/** The longest possible timer, in milliseconds. */
const LONGEST = 2 ** 31 - 1

/** @throws ValueError for an invalid setting */
export function readServeIn(config: ServeInConfig): ServeInSettings {
  const hasPort = config.where === 'port'
  // A setting that isn't used can't be wrong.
  const read = readSettings(serveIn.settings, { ...config, ...(!hasPort && { port: '' }) })
  const path = readPath(read.path, hasPort ? '' : `/daisychain/${nameOf(read.name) || config.id}`)
  return {
    name: nameOf(read.name) || nameOf(path.split('/').at(-1)) || 'model',
    path,
    description: read.description.trim(),
    command: read.command.trim() || 'query',
    host: read.host.trim() || '127.0.0.1',
    port: hasPort ? read.port : null,
    socketIoPort: read.socketIoPort,
    oscPort: read.oscPort,
    grpcPort: read.grpcPort,
    timeout: Math.min(read.timeout * 1000, LONGEST),
    places: Math.max(1, Math.floor(read.places)),
    limit: Math.round(read.limit * 2 ** 20),
    origins: read.origins.split(',').flatMap((origin) => origin.trim().replace(/\/+$/, '') || []),
    share: read.share,
    title: read.title.trim() || read.name.trim() || nameOf(path.split('/').at(-1)) || 'Daisychain',
    color: read.color.trim(),
    picture: read.picture.trim(),
    looks: looksOf(read.fields),
    rate: read.rate,
    keep: read.keep,
    agents: read.agents,
    disk: read.disk,
  }
}

function looksOf(stored: unknown): FieldLook[] {
  const list = Array.isArray(stored) ? (stored as unknown[]) : []
  return list.flatMap((one) => {
    const { name, label, hidden } = (one ?? {}) as Record<string, unknown>
    if (typeof name !== 'string') return []
    return [{ name, label: typeof label === 'string' ? label : '', hidden: hidden === true }]
  })
}

function readPath(path: string, otherwise: string): string {
  try {
    return normalPath(path.trim() || otherwise)
  } catch (error) {
    throw new ValueError((error as Error).message)
  }
}

/** The name in a form that suits an address. */
function nameOf(name: string | undefined): string {
  return (name ?? '')
    .trim()
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
}
