import type { FlowNode, Graph } from './graph'
import type { Scope } from './place'
import { isRecord } from './read'

/** The value of an environment variable as seen by a node; undefined if it is only known at run time. */
export type Lookup = (name: string) => unknown

/** The maximum depth to search, because nodes in the editor have references to almost everything else. */
const DEPTH = 6
const VALUES = 5000
const GROUPS = 20

/**
 * The settings with every `${NAME}` replaced by its value, as when Node-RED creates the node; null if one of
 * the values is unknown. Returns the same object if there is nothing to replace.
 */
export function resolveSettings(
  config: Readonly<Record<string, unknown>>,
  env: Lookup,
): Readonly<Record<string, unknown>> | null {
  const search = { env, left: VALUES, isMissing: false }
  const resolved = replace(config, search, 0)
  return search.isMissing || !isRecord(resolved) ? null : resolved
}

interface Search {
  env: Lookup
  left: number
  isMissing: boolean
}

function replace(value: unknown, search: Search, depth: number): unknown {
  if (typeof value === 'string') {
    const name = value.startsWith('${') && value.length < 200 ? /^\$\{(\S+)\}$/.exec(value)?.[1] : undefined
    if (name === undefined) return value
    const found = search.env(name)
    if (found === undefined) search.isMissing = true
    return found
  }
  if (typeof value !== 'object' || value === null || depth > DEPTH || !isPlain(value)) return value
  let copy: Record<string, unknown> | null = null
  for (const key in value) {
    if (key.startsWith('_') || (depth === 0 && key === 'wires')) continue
    if (--search.left < 0) break
    const inner = (value as Record<string, unknown>)[key]
    const next = replace(inner, search, depth + 1)
    if (next === inner) continue
    copy ??= { ...(value as Record<string, unknown>) }
    copy[key] = next
  }
  if (!copy) return value
  return Array.isArray(value) ? Object.values(copy) : copy
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}

/**
 * The places to look up environment variables: the node's groups, the subflow instance it runs in, and the
 * scopes around that instance.
 */
export function environmentOf(graph: Graph, node: FlowNode, scope: Scope): Lookup {
  return (name) => {
    let group = typeof node.config.g === 'string' ? graph.node(node.config.g) : undefined
    for (let depth = 0; group?.type === 'group' && depth < GROUPS; depth++) {
      const found = variable(group, name, () => undefined)
      if (found) return found.value
      group = graph.node(String(group.config.g))
    }
    if (!scope.entry || !scope.subflow) return variable(graph.node(node.z ?? ''), name, () => undefined)?.value
    const instance = scope.entry.node
    if (instance.type === 'subflow') return undefined // an unused subflow: an instance might set another value
    const outside = environmentOf(graph, instance, scope.entry.scope)
    const found = variable(instance, name, outside) ?? variable(scope.subflow, name, outside)
    return found ? found.value : outside(name)
  }
}

/** A variable defined by a tab, a group, a subflow or a subflow instance. Its value may be unknown. */
function variable(owner: FlowNode | undefined, name: string, outside: Lookup): { value: unknown } | null {
  const entries = Array.isArray(owner?.config.env) ? owner.config.env : []
  const entry = entries.findLast((one) => isRecord(one) && one.name === name)
  return entry ? { value: variableValue(entry, outside) } : null
}

function variableValue({ type, value }: Record<string, unknown>, outside: Lookup): unknown {
  switch (type) {
    case 'str':
      return typeof value === 'string' && value.includes('${') ? referred(value, outside) : String(value ?? '')
    case 'num':
      return Number(value)
    case 'bool':
      return value === true || value === 'true'
    case 'json':
      try {
        return JSON.parse(String(value))
      } catch {
        return undefined
      }
    default:
      return undefined
  }
}

function referred(value: string, outside: Lookup): unknown {
  const name = /^\$\{([^\s${}]+)\}$/.exec(value)?.[1]
  return name === undefined ? undefined : outside(name)
}
