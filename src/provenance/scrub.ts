import type { FlowNode } from '../flow'

/** A node in its exported form, without settings that could reveal a place or a person. */
export interface Traveller {
  id: string
  type: string
  [setting: string]: unknown
}

/** Longer strings and deeper lists weren't entered by a person. */
const LONGEST = 20_000
const DEEPEST = 6

/** Settings of this package's nodes that reveal a location, an owner, or what this computer has. */
const PRIVATE =
  /^(path|folder|file|filename|url|address|host|port|key|token|device|camera|own|engine|manifest|credentials|uploads?|origins?|info|env|_.*)$/i
/** This package's node types that are about the network or this computer. */
const OUTSIDE = new Set(
  ['serve-in', 'serve-out', 'remote', 'camera', 'knobs', 'engine'].map((name) => `daisychain-${name}`),
)

/** Signs of a path, an address, a host, an email address or an environment variable. */
const TELLTALES = [
  /[a-z][a-z0-9+.-]*:\/\//i,
  /(^|[\s"'(=,;:])(~?\/|[a-z]:[\\/]|\\\\|\.\.?[\\/])\S/i,
  /\w[\\/][^\s\\/]*\.[a-z]\w{1,4}\b/i,
  /\$[{(]/,
  /\b\d{1,3}(\.\d{1,3}){3}\b/,
  /\S@[\w-]+\.\w/,
  /\blocalhost\b|\bwww\.|\b[\w-]+(\.[\w-]+)+:\d/i,
  /^data:/i,
]

/**
 * Whether a string may be included.
 * @param secrets what it must not contain, such as the environment's values
 */
export function mayTravel(text: string, secrets: readonly string[] = []): boolean {
  if (text.length > LONGEST) return false
  return !TELLTALES.some((pattern) => pattern.test(text)) && !secrets.some((secret) => text.includes(secret))
}

/**
 * Removes everything from a node that must not leave the computer. The same rules apply to records read from
 * a picture: a function node's code is removed when writing and refused when reading.
 */
export function scrub({ id, type, name, z, wires, config }: FlowNode, secrets: readonly string[] = []): Traveller {
  const { x, y } = config
  const place = typeof x === 'number' && typeof y === 'number' ? { x, y } : {}
  const titled = name && mayTravel(name, secrets) ? { name } : {}
  return { ...settingsOf(type, config, secrets), id, type, ...(z !== undefined && { z }), ...place, ...titled, wires }
}

function settingsOf(type: string, config: FlowNode['config'], secrets: readonly string[]): Record<string, unknown> {
  if (OUTSIDE.has(type)) return {}
  if (type.startsWith('daisychain-')) return object(config, secrets, DEEPEST)
  const kept = KEPT[type]?.(config) ?? (typeof config.outputs === 'number' ? { outputs: config.outputs } : {})
  return object(kept, secrets, DEEPEST)
}

/** Structural properties, which `scrub` writes itself. */
export const STRUCTURE: ReadonlySet<string> = new Set(['id', 'type', 'name', 'z', 'x', 'y', 'wires', 'd', 'g', 'l'])

/** Whether a setting with this name may be included. */
export function isSetting(name: string): boolean {
  return /^[a-z]\w{0,40}$/i.test(name) && !PRIVATE.test(name) && !STRUCTURE.has(name) && !(name in Object.prototype)
}

function object(from: object, secrets: readonly string[], depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(from).flatMap(([key, value]) => {
      if (PRIVATE.test(key) || (depth === DEEPEST && STRUCTURE.has(key))) return []
      const kept = plain(value, secrets, depth)
      return kept === undefined ? [] : [[key, kept]]
    }),
  )
}

function plain(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return mayTravel(value, secrets) ? value : undefined
  if (typeof value !== 'object' || depth === 0) return undefined
  if (!Array.isArray(value)) return object(value, secrets, depth - 1)
  const kept = value.map((item) => plain(item, secrets, depth - 1))
  // Leaving out single elements would change the list's meaning.
  return kept.includes(undefined) ? undefined : kept
}

/** What is included of Node-RED's own nodes. For all others, it is only their number of outputs. */
const KEPT: Record<string, (config: FlowNode['config']) => object> = {
  inject: ({ props, payload, payloadType, repeat, once, onceDelay }) => ({
    props: isList(props) ? props.filter(({ p, vt }) => p === 'payload' || isPlain(vt)) : [{ p: 'payload' }],
    ...(isPlain(payloadType) ? { payload, payloadType } : { payload: '', payloadType: 'date' }),
    ...(/^\d*\.?\d*$/.test(String(repeat ?? '')) && { repeat }),
    ...{ once, onceDelay },
  }),
  change: ({ rules }) => ({
    rules: isList(rules)
      ? rules.filter(
          ({ t, to, tot }) => t === 'delete' || t === 'move' || (t === 'set' && (isPlain(tot) || isProperty(to, tot))),
        )
      : [],
  }),
  delay: ({ pauseType, timeout, timeoutUnits, rate, nbRateUnits, rateUnits, drop, outputs }) => ({
    ...{ pauseType, timeout, timeoutUnits, rate, nbRateUnits, rateUnits, drop, outputs },
  }),
  'link in': ({ links }) => ({ links }),
  'link out': ({ links, mode }) => ({ links, mode }),
  subflow: ({ in: inputs, out }) => ({ in: inputs, out }),
}

function isList(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null)
}

function isPlain(type: unknown): boolean {
  return type === 'num' || type === 'bool' || type === 'date'
}

function isProperty(to: unknown, type: unknown): boolean {
  return type === 'msg' && typeof to === 'string' && /^[\w.[\]]{1,100}$/.test(to)
}
