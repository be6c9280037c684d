import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node, NodeAPI } from 'node-red'
import { createChecker, type Declarations, type NodeDeclaration, readFlow } from '../../src/flow'
import type { VectorType } from '../../src/types'

/** Node types that hand on what comes in to what they are wired to. */
const TRANSPARENT = new Set(['junction', 'switch', 'delay', 'rbe', 'link in', 'daisychain-latent'])

/** The vector that the first typed input behind a node's wires wants; null where none does. */
export function wantedVector(RED: NodeAPI, node: Node): VectorType | null {
  const configs: object[] = []
  RED.nodes.eachNode((config) => {
    configs.push(config)
  })
  const graph = readFlow(configs)
  const checker = createChecker(graph, declarations())
  // Inside a subflow the wires are those of its definition.
  const start = (node as Node & { _alias?: string })._alias ?? node.id
  const seen = new Set<string>([start])
  for (const id of seen) {
    const here = graph.node(id)
    if (!here) continue
    const types = checker.inputs(id).find(({ property }) => property === 'payload')?.types ?? []
    const vector = types.find((type): type is VectorType => type.type === 'vector')
    if (vector && id !== start) return vector
    if (id !== start && here.type !== 'link out' && !TRANSPARENT.has(here.type)) continue
    const links = here.type === 'link out' && Array.isArray(here.config.links) ? (here.config.links as string[]) : []
    for (const next of [...here.wires.flat(), ...links]) seen.add(next)
  }
  return null
}

let own: Declarations | undefined

/** What this package's nodes want, as the build wrote it. */
function declarations(): Declarations {
  own ??= new Map(
    Object.entries(
      JSON.parse(readFileSync(join(__dirname, '../../declarations.json'), 'utf8')) as Record<string, NodeDeclaration>,
    ),
  )
  return own
}
