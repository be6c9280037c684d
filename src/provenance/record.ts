import { type FlowNode, type Graph, readFlow } from '../flow'
import { readJson } from '../types'
import { chainTo } from './chain'
import { isSetting, mayTravel, STRUCTURE, scrub, type Traveller } from './scrub'

/** A model used to make a picture. */
export interface UsedModel {
  /** The id of the node that runs it. */
  node: string
  label: string
  licence: string
  licenceUrl?: string
  nonCommercial?: true
  /** Of its files. */
  sha256: string[]
}

/** The record in a picture about how it was made. */
export interface Provenance {
  /** Daisychain's version. */
  daisychain: string
  models: UsedModel[]
  /** Node id → options that a message set in place of the settings. */
  options: Record<string, Record<string, unknown>>
  /** The nodes that led to the picture. Empty if they didn't fit into a picture. */
  flow: Traveller[]
}

/** JPEG has room for 64 kB, and the record is the same in all formats. */
const LARGEST = 60_000
const MOST_NODES = 500

export interface Circumstances {
  version: string
  modelOf(node: FlowNode): UsedModel | null
  /** The names of message properties that are options of a node. */
  optionsOf(node: FlowNode): readonly string[]
  /** The message that contained the picture. */
  message: Record<string, unknown>
  /** Secrets that must not occur in any string. */
  secrets: readonly string[]
}

/** The record of how a node makes a picture. */
export function provenanceOf(graph: Graph, id: string, about: Circumstances): Provenance {
  const chain = chainTo(graph, id)
  const ids = new Set(chain.map((node) => node.id))
  const values = ({ id: node }: FlowNode, names: readonly string[]) => {
    const chosen = names.flatMap((name) => {
      const value = about.message[name]
      const isPlain = typeof value === 'number' || typeof value === 'boolean'
      return isPlain || (typeof value === 'string' && mayTravel(value, about.secrets)) ? [[name, value]] : []
    })
    return chosen.length > 0 ? [[node, Object.fromEntries(chosen)]] : []
  }
  const record: Provenance = {
    daisychain: about.version,
    models: chain.flatMap((node) => about.modelOf(node) ?? []),
    options: Object.fromEntries(chain.flatMap((node) => values(node, about.optionsOf(node)))),
    flow: chain.map((node) => inside(scrub(node, about.secrets), ids)),
  }
  return escapedSize(record) > LARGEST || chain.length > MOST_NODES ? { ...record, flow: [] } : record
}

/** Wires and links to nodes that aren't included are cut, and the tab is left out. */
function inside(node: Traveller, ids: ReadonlySet<string>): Traveller {
  const { z, wires, links, ...rest } = node
  const known = (list: unknown) => (Array.isArray(list) ? list.filter((id) => ids.has(id as string)) : [])
  return {
    ...rest,
    ...(typeof z === 'string' && ids.has(z) && { z }),
    ...(links !== undefined && { links: known(links) }),
    ...(node.type !== 'subflow' && { wires: Array.isArray(wires) ? wires.map(known) : [] }),
  }
}

/**
 * What the record leaves out: for each node, its name and the names of left-out settings; for other packages'
 * nodes, only the name.
 */
export function leftBehind(graph: Graph, { flow }: Provenance): { name: string; settings: string[] }[] {
  return flow.flatMap((traveller) => {
    const { id, type } = traveller
    const node = graph.node(id)
    if (!node || type === 'junction' || type === 'subflow') return []
    const missing = Object.keys(node.config).filter(
      (key) => !STRUCTURE.has(key) && !(key in traveller) && !isEmpty(node.config[key]),
    )
    const name = typeof traveller.name === 'string' ? traveller.name : type.replace(/^daisychain-/, '')
    return missing.length > 0 ? [{ name, settings: type.startsWith('daisychain-') ? missing : [] }] : []
  })
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === false
}

/**
 * Reads a record from a picture, which anyone may have written. It is limited in size and contains only what
 * our own records could contain.
 * @returns null if it isn't a record
 */
export function readProvenance(json: string): Provenance | null {
  // Escapes may have made it longer than the original.
  if (json.length > 4 * LARGEST) return null
  try {
    const { daisychain, models, flow, options } = readJson(json) as Record<string, unknown>
    if (typeof daisychain !== 'string' || !Array.isArray(flow) || flow.length > MOST_NODES) return null
    const graph = readFlow(flow)
    const nodes = [...graph.ids()].flatMap((id) => graph.node(id) ?? [])
    const ids = new Set(nodes.map(({ id }) => id))
    return {
      daisychain: daisychain.slice(0, 40),
      models: Array.isArray(models) ? models.slice(0, MOST_NODES).flatMap(usedModel) : [],
      options: readOptions(options, nodes),
      flow: nodes.filter(({ type }) => type !== 'tab').map((node) => inside(scrub(node), ids)),
    }
  } catch {
    return null
  }
}

function usedModel(given: unknown): UsedModel[] {
  const { node, label, licence, nonCommercial, sha256 } = (given ?? {}) as Partial<Record<keyof UsedModel, unknown>>
  if (typeof node !== 'string' || typeof label !== 'string' || typeof licence !== 'string') return []
  return [
    {
      ...{ node, label: label.slice(0, 200), licence: licence.slice(0, 200), sha256: hashes(sha256) },
      ...(nonCommercial === true && { nonCommercial }),
    },
  ]
}

function hashes(given: unknown): string[] {
  const isHash = (one: unknown): one is string => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one)
  return Array.isArray(given) ? given.slice(0, 100).filter(isHash) : []
}

/** Plain option values of this package's nodes. Those of other packages' nodes may be code. */
function readOptions(given: unknown, nodes: readonly FlowNode[]): Provenance['options'] {
  const own = new Set(nodes.flatMap(({ id, type }) => (type.startsWith('daisychain-') ? [id] : [])))
  const isPlain = ([name, value]: [string, unknown]) =>
    isSetting(name) &&
    (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && mayTravel(value)))
  const entries = Object.entries(Object(given) as object).filter(([id]) => own.has(id))
  return Object.fromEntries(
    entries.map(([id, chosen]) => [id, Object.fromEntries(Object.entries(Object(chosen) as object).filter(isPlain))]),
  )
}

function escapedSize(record: Provenance): number {
  return new TextEncoder().encode(JSON.stringify(record).replace(/[<>&]/g, '&amp;')).length
}
