import type { FlowNode } from '../flow'

/** A node in its exported form: without settings that reveal where or who someone is. */
export interface Traveller {
  id: string
  type: string
  [setting: string]: unknown
}

/** Longer strings and deeper lists weren't set by a person. */
const LONGEST = 20_000
const DEEPEST = 6

/** Of this package's nodes: settings that say where something is, whose it is, or what this computer has. */
const PRIVATE =
  /^(path|folder|file|filename|url|address|host|port|key|token|device|camera|own|engine|manifest|credentials|uploads?|origins?|info|env|_.*)$/i
/** Types of this package that are about the network or this computer. */
const OUTSIDE = new Set(
  ['serve-in', 'serve-out', 'remote', 'camera', 'knobs', 'engine'].map((name) => `daisychain-${name}`),
)

/** A path, an address, a host, a mail address, a variable of the environment. */
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

/** Whether a string may travel. @param secrets what must not be part of it, such as the environment's values */
export function mayTravel(text: string, secrets: readonly string[] = []): boolean {
  if (text.length > LONGEST) return false
  return !TELLTALES.some((pattern) => pattern.test(text)) && !secrets.some((secret) => text.includes(secret))
}

/**
 * A node without what must not leave the computer. The same applies to records read from a picture: a function node's
 * code is removed on the way out and refused on the way in.
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

/** Structure, which `scrub` writes itself. */
export const STRUCTURE: ReadonlySet<string> = new Set(['id', 'type', 'name', 'z', 'x', 'y', 'wires', 'd', 'g', 'l'])

/** Whether a setting of this name may travel. */
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
  // A list with holes would mean something else.
  return kept.includes(undefined) ? undefined : kept
}

/** What is kept of Node-RED's own nodes; for all others, only their number of outputs. */
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
