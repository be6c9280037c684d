import type { FlowNode, Graph } from '../flow'
import { findVariant, type Model, outputPorts, type Port, type TaskName, USER_FILE, type Variant } from '../models'
import { CompileError } from './compile-error'
import { taughtModel } from './taught/model'
import { readTaught, type Taught, TEACH } from './taught/read'

/** A node with a model on the path. */
export interface Link {
  node: FlowNode
  /** The node's name in sentences. */
  called: string
  model: Model
  variant: Variant
  /**
   * Index of the output that is wired to the next node. Undefined for the last node, all of whose outputs are
   * needed.
   */
  output: number | undefined
  /** For a taught node: what it has learned, from which its model is made. */
  taught?: Taught
}

export interface Chain {
  links: Link[]
  /** The nodes before the first model that make its input, the nearest last. They aren't compiled. */
  sources: FlowNode[]
}

/** Nodes that may come before the first model: they only make its input. */
const SOURCES: ReadonlySet<string> = new Set([
  'inject',
  'daisychain-latent',
  'daisychain-paint',
  'daisychain-camera',
  'daisychain-images',
  'daisychain-serve-in',
])

/** Nodes that may come last: they only show, keep or send the output. */
const ENDS: ReadonlySet<string> = new Set(['debug', 'daisychain-serve-out', 'daisychain-export', 'http response'])

/** Nodes that pass messages on unchanged. */
const PASSING: ReadonlySet<string> = new Set(['junction', 'link in', 'link out'])

/**
 * The models between two nodes of a flow, including both.
 * @param models node type → its model
 * @throws CompileError if there isn't exactly one path between them, or a node on it isn't a model or hasn't
 * been taught
 */
export async function chainBetween(
  graph: Graph,
  from: string,
  to: string,
  models: ReadonlyMap<string, Model>,
): Promise<Chain> {
  const ends = [from, to].map((id) => {
    const node = graph.node(id)
    if (!node)
      throw new CompileError(
        `The flow has no node “${id}”. Its id is in the flow file, or under Information in the editor.`,
      )
    return node
  })
  const way = wayBetween(graph, ends[0] as FlowNode, ends[1] as FlowNode)
  const first = way.findIndex(({ type }) => !SOURCES.has(type) && !PASSING.has(type))
  const behind = way.findLastIndex(({ type }) => !ENDS.has(type) && !PASSING.has(type)) + 1
  const sources = way.slice(0, Math.max(0, first))
  const inner = way.slice(sources.length, behind)
  const links: Link[] = []
  for (const [i, node] of inner.entries()) {
    if (PASSING.has(node.type)) continue
    const next = inner[i + 1]
    const output = next && node.wires.findIndex((targets) => targets.includes(next.id))
    const link = node.type === TEACH ? await taughtLink(graph, node) : linkOf(node, models)
    links.push({ ...link, output })
  }
  if (links.length === 0)
    throw new CompileError(
      `There is no model between ${nameOf(ends[0] as FlowNode)} and ${nameOf(ends[1] as FlowNode)}.`,
    )
  return { links, sources }
}

/** The ports of a node that the next node, or the end of the chain, uses. */
export function wantedPorts({ model, variant, output }: Link): Port[] {
  const ports = outputPorts(model, variant)
  return output === undefined ? ports.flat() : (ports[output] ?? [])
}

export function taskOf({ model, variant }: Link): TaskName {
  return variant.task ?? model.task ?? 'transform'
}

/** A node's name in sentences. */
export function nameOf({ name, type, id }: FlowNode, label = type.replace(/^daisychain-/, '')): string {
  return name ? `“${name}” (${label})` : `${label} (${id})`
}

/** @throws CompileError if the node hasn't been taught enough, or something that cannot be compiled */
async function taughtLink(graph: Graph, node: FlowNode): Promise<Omit<Link, 'output'>> {
  const called = nameOf(node)
  const taught = await readTaught(graph, node, called)
  const { property = 'payload' } = node.config
  const model = taughtModel(taught, node.name || 'teach', String(property))
  return { node, called, model, variant: findVariant(model), taught }
}

function linkOf(node: FlowNode, models: ReadonlyMap<string, Model>): Omit<Link, 'output'> {
  const model = models.get(node.type)
  if (!model) {
    throw new CompileError(
      `${nameOf(node)} is not a model, and what it does cannot be expressed in ONNX. Compile the part before or after it.`,
    )
  }
  const called = nameOf(node, model.label)
  const { variant, format } = node.config
  if (variant === USER_FILE)
    throw new CompileError(
      `${called} runs your own file, which cannot be compiled yet. Choose a variant from its list.`,
    )
  if (typeof variant === 'string' && variant && !model.variants.some(({ id }) => id === variant))
    throw new CompileError(`${called} has no variant “${variant}”. Choose another in the node.`)
  if (typeof format === 'string' && format !== '' && format !== 'value')
    throw new CompileError(
      `${called} sends its pictures as ${format}, which ONNX cannot express. Set “Send as” to “Image”.`,
    )
  return { node, called, model, variant: findVariant(model, typeof variant === 'string' ? variant : undefined) }
}

/**
 * The nodes from one to the other, in order. A loop is cut at the end of its first lap, so one lap is
 * compiled.
 */
function wayBetween(graph: Graph, from: FlowNode, to: FlowNode): FlowNode[] {
  const ahead = reached(from.id, (id) => (id === to.id ? [] : followers(graph, id)))
  if (!ahead.has(to.id)) throw new CompileError(`No wires lead from ${nameOf(from)} to ${nameOf(to)}.`)
  const before = new Map<string, string[]>()
  for (const id of ahead)
    if (id !== to.id)
      for (const next of followers(graph, id)) if (next !== from.id) before.set(next, [...(before.get(next) ?? []), id])
  const back = reached(to.id, (id) => before.get(id) ?? [])
  const way = [from]
  for (let node = from; node.id !== to.id; ) {
    const next = followers(graph, node.id).filter((id) => id !== from.id && back.has(id) && ahead.has(id))
    if (next.length !== 1 || way.length > back.size)
      throw new CompileError(
        `There is more than one way from ${nameOf(node)} to ${nameOf(to)}: a message would arrive more than once. Compile each way separately.`,
      )
    node = graph.node(next[0] as string) as FlowNode
    way.push(node)
  }
  return way
}

function reached(start: string, next: (id: string) => string[]): Set<string> {
  const found = new Set([start])
  for (const id of found) for (const one of next(id)) found.add(one)
  return found
}

/** The nodes that receive a node's messages. Disabled nodes don't. */
function followers(graph: Graph, id: string): string[] {
  const node = graph.node(id)
  if (!node || node.disabled) return []
  const { links } = node.config
  const targets = [...node.wires.flat(), ...(node.type === 'link out' && Array.isArray(links) ? links : [])]
  return [...new Set(targets)].filter((target) => graph.node(target)?.disabled === false)
}
