import type { NodeDef } from 'node-red'
import { normalPath } from '../../src/network'
import { ValueError } from '../../src/types'

/** Settings of a `serve in` node as the flow file holds them. All may be missing. */
export interface ServeInConfig extends NodeDef {
  path?: string
  description?: string
  command?: string
  /** `node-red` (under its own HTTP root) or `port` (a port of its own). */
  where?: string
  host?: string
  port?: number | string
  socketIoPort?: number | string
  oscPort?: number | string
  /** Seconds. */
  timeout?: number | string
  places?: number | string
  /** Megabytes. */
  limit?: number | string
  /** Origins, with commas between. */
  origins?: string
  share?: boolean
}

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
  timeout: number
  places: number
  limit: number
  origins: string[]
  share: boolean
}

/** A timer cannot be set for longer, in milliseconds. */
const LONGEST = 2 ** 31 - 1

/** @throws ValueError for a setting that cannot be */
export function readSettings(config: ServeInConfig): ServeInSettings {
  const hasPort = config.where === 'port'
  const path = readPath(config.path, hasPort ? '' : `/daisychain/${nameOf(config.name) || config.id}`)
  const command = config.command?.trim() || 'query'
  if (!/^[\w-]+$/.test(command))
    throw new ValueError(`the command "${command}" may hold letters, digits, "-" and "_" only`)
  return {
    name: nameOf(config.name) || nameOf(path.split('/').at(-1)) || 'model',
    path,
    description: config.description?.trim() ?? '',
    command,
    host: config.host?.trim() || '127.0.0.1',
    port: hasPort ? (portOf('port', config.port) ?? 8000) : null,
    socketIoPort: portOf('Socket.IO port', config.socketIoPort),
    oscPort: portOf('OSC port', config.oscPort),
    timeout: Math.min(positive('time limit', config.timeout, 60) * 1000, LONGEST),
    places: Math.max(1, Math.floor(positive('number of places', config.places, 8))),
    limit: Math.round(positive('size limit', config.limit, 16) * 2 ** 20),
    origins: (config.origins ?? '').split(',').flatMap((origin) => origin.trim().replace(/\/+$/, '') || []),
    share: config.share !== false,
  }
}

function readPath(path: string | undefined, otherwise: string): string {
  try {
    return normalPath(path?.trim() || otherwise)
  } catch (error) {
    throw new ValueError((error as Error).message)
  }
}

/** A name that can stand in an address. */
function nameOf(name: string | undefined): string {
  return (name ?? '')
    .trim()
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

/** Port 0 is any free one. */
function portOf(name: string, value: number | string | undefined): number | null {
  if (value === undefined || value === null || value === '') return null
  const port = Number(value)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new ValueError(`the ${name} cannot be ${value}`)
  return port
}

function positive(name: string, value: number | string | undefined, otherwise: number): number {
  if (value === undefined || value === null || value === '') return otherwise
  const number = Number(value)
  if (!(number > 0) || !Number.isFinite(number)) throw new ValueError(`the ${name} cannot be ${value}`)
  return number
}
