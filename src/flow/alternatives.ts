import type { PortType } from '../types'

/**
 * One thing that may be in a message property:
 * - `typed`: a value of `type`;
 * - `absent`: nothing, the message doesn't have the property;
 * - `unknown`: a value about which nothing is known, in addition to the other alternatives;
 * - `anything`: the other alternatives are not known either;
 * - `sent`: what the node being followed sent in its property `origin` (only in hands-on.ts).
 */
export interface Alternative {
  readonly kind: 'typed' | 'absent' | 'unknown' | 'anything' | 'sent'
  readonly type: PortType | null
  /** Whether it has passed a node that forwards only some messages, so that it may or may not arrive. */
  readonly filtered: boolean
  /** The id of the node that set or removed the property. Empty if it doesn't matter. */
  readonly origin: string
  /** Two alternatives with the same key differ only in their origin. */
  readonly key: string
}

/**
 * The possible contents of a message property, as a set ordered by key. The empty set means that no message
 * arrives here. Sets grow along the lattice ∅ ⊂ … ⊂ {anything}, whose height `LIMIT` bounds, so inference
 * terminates.
 */
export type Alternatives = readonly Alternative[]

const MAX_ALTERNATIVES = 12
const MAX_TYPE_DEPTH = 4
const SHARED = 10_000

export const NONE: Alternatives = []
export const UNKNOWN: Alternatives = [alternative('unknown', null, false, '')]
export const ANYTHING: Alternatives = [alternative('anything', null, false, '')]

export function typed(type: PortType, origin: string): Alternatives {
  let bounded = boundedTypes.get(type)
  if (!bounded) {
    bounded = shared(limitDepth(type, MAX_TYPE_DEPTH))
    boundedTypes.set(type, bounded)
  }
  return bounded.type === 'any' ? UNKNOWN : [alternative('typed', bounded, false, origin)]
}

const boundedTypes = new WeakMap<PortType, PortType>()

export function absent(origin: string): Alternatives {
  return [alternative('absent', null, false, origin)]
}

/**
 * The value that the node being followed sent in a property; without a name, in the property that is being
 * read.
 */
export function asSent(property = ''): Alternatives {
  return [alternative('sent', null, false, property)]
}

/** The same set, with the property's name filled in. */
export function inProperty(set: Alternatives, name: string): Alternatives {
  if (!set.some(isNameless)) return set
  return set.map((one) => (isNameless(one) ? alternative('sent', null, one.filtered, name) : one))
}

function isNameless({ kind, origin }: Alternative): boolean {
  return kind === 'sent' && origin === ''
}

export function joinAlternatives(a: Alternatives, b: Alternatives): Alternatives {
  if (a === b || b.length === 0) return a
  if (a.length === 0) return b
  if (a[0]?.kind === 'anything') return a
  if (b[0]?.kind === 'anything') return b
  if (a.length === 1 && b.length === 1 && a[0]?.key === b[0]?.key)
    return (b[0]?.origin ?? '') < (a[0]?.origin ?? '') ? b : a
  const byKey = new Map<string, Alternative>()
  for (const one of a) byKey.set(one.key, one)
  let changed = false
  for (const one of b) {
    const other = byKey.get(one.key)
    if (other && other.origin <= one.origin) continue
    byKey.set(one.key, one)
    changed = true
  }
  if (!changed) return a
  return normal(byKey)
}

/** Applies `change` to each alternative and joins the results. `anything` is kept. */
export function eachAlternative(set: Alternatives, change: (one: Alternative) => Alternatives): Alternatives {
  if (set[0]?.kind === 'anything') return set
  let result = NONE
  for (const one of set) result = joinAlternatives(result, one.filtered ? filterAlternatives(change(one)) : change(one))
  return result
}

/** The same set after a node that forwards only some messages. */
export function filterAlternatives(set: Alternatives): Alternatives {
  if (set.every((one) => one.filtered || one.kind === 'anything')) return set
  const byKey = new Map<string, Alternative>()
  for (const one of set) {
    const next = one.filtered ? one : alternative(one.kind, one.type, true, one.origin)
    const other = byKey.get(next.key)
    if (!other || next.origin < other.origin) byKey.set(next.key, next)
  }
  return normal(byKey)
}

export function equalAlternatives(a: Alternatives, b: Alternatives): boolean {
  if (a === b) return true
  return a.length === b.length && a.every((one, i) => one.key === b[i]?.key && one.origin === b[i]?.origin)
}

function normal(byKey: ReadonlyMap<string, Alternative>): Alternatives {
  if (byKey.size > MAX_ALTERNATIVES) return ANYTHING
  return [...byKey.values()].sort((x, y) => (x.key < y.key ? -1 : 1))
}

function alternative(kind: Alternative['kind'], type: PortType | null, isFiltered: boolean, origin: string) {
  const key = kind === 'sent' ? `sent${isFiltered ? '?' : ''}${origin}` : keyOf(kind, type, isFiltered)
  return { kind, type, filtered: isFiltered, origin, key } as const
}

/** Reuses one string per key, because newly concatenated strings are slow to look up. */
function keyOf(kind: Alternative['kind'], type: PortType | null, isFiltered: boolean): string {
  if (!type) return isFiltered ? `${kind}?` : kind
  const known = isFiltered ? filteredKeys : typedKeys
  let key = known.get(type)
  if (key === undefined) {
    key = `${kind}${isFiltered ? '?' : ''}${typeKey(type)}`
    known.set(type, key)
  }
  return key
}

const typedKeys = new WeakMap<PortType, string>()
const filteredKeys = new WeakMap<PortType, string>()
const keys = new WeakMap<PortType, string>()
const same = new Map<string, PortType>()

function typeKey(type: PortType): string {
  let key = keys.get(type)
  if (key === undefined) {
    key = JSON.stringify(type)
    keys.set(type, key)
  }
  return key
}

/** Reuses one object for equal types, so that each type is examined only once. */
export function shared(type: PortType): PortType {
  const key = typeKey(type)
  const known = same.get(key)
  if (known) return known
  if (same.size >= SHARED) same.clear()
  same.set(key, type)
  return type
}

/** Replaces deeply nested lists, which a loop could build endlessly, by lists of anything. */
function limitDepth(type: PortType, depth: number): PortType {
  if (type.type === 'array') {
    if (depth === 0) return { type: 'any' }
    const itemType = limitDepth(type.itemType, depth - 1)
    return itemType === type.itemType ? type : { ...type, itemType }
  }
  if (type.type === 'record') {
    if (depth === 0) return { type: 'any' }
    const entries = Object.entries(type.fields)
    const limited = entries.map(([name, field]) => [name, limitDepth(field, depth - 1)] as const)
    if (limited.every(([, field], i) => field === entries[i]?.[1])) return type
    return { ...type, fields: Object.fromEntries(limited) }
  }
  return type
}
