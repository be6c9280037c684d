import type { FlowNode, Graph } from './graph'

/** The flow can't be read. The message is a sentence for users. */
export class FlowError extends Error {
  override readonly name = 'FlowError'
}

/**
 * Reads a flow file: parsed (an array of nodes, or `{flows: [...]}` as returned by the admin API) or as JSON
 * text. Entries that aren't nodes are ignored.
 * @throws FlowError if there is no list of nodes
 */
export function readFlow(source: unknown): Graph {
  const parsed = typeof source === 'string' ? parse(source) : source
  const list = Array.isArray(parsed) ? parsed : (parsed as { flows?: unknown } | null)?.flows
  if (!Array.isArray(list)) throw new FlowError("This isn't a flow file: a flow file is a list of nodes.")
  const nodes = new Map<string, FlowNode>()
  for (const entry of list) {
    if (isRecord(entry) && typeof entry.id === 'string' && typeof entry.type === 'string' && !nodes.has(entry.id))
      nodes.set(entry.id, flowNode(entry.id, entry.type, entry))
  }
  return { ids: () => nodes.keys(), node: (id) => nodes.get(id) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new FlowError(`This isn't a flow file: it isn't valid JSON (${(error as Error).message.slice(0, 200)}).`)
  }
}

function flowNode(id: string, type: string, config: Record<string, unknown>): FlowNode {
  return {
    id,
    type,
    z: typeof config.z === 'string' && config.z !== '' ? config.z : undefined,
    name: firstText(config.name, config.label),
    disabled: config.d === true || (type === 'tab' && config.disabled === true),
    wires: readWires(config.wires),
    config,
  }
}

/** The target ids of each output port. Anything that isn't a list of ids is ignored. */
export function readWires(wires: unknown): string[][] {
  if (!Array.isArray(wires)) return []
  return wires.map((targets) =>
    Array.isArray(targets) ? targets.filter((target): target is string => typeof target === 'string') : [],
  )
}

function firstText(...values: unknown[]): string {
  for (const value of values) if (typeof value === 'string' && value.trim() !== '') return value.trim()
  return ''
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
