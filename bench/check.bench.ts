import { allDeclarations } from '../src/declarations'
import { createChecker, type FlowNode, type Graph, readFlow } from '../src/flow'
import { enough, type Figure, median, milliseconds } from './figure'

const CHAIN = [
  'inject',
  'daisychain-latent',
  'daisychain-stylegan',
  'switch',
  'daisychain-deeplab',
  'change',
  'daisychain-densedepth',
  'delay',
  'daisychain-im2txt',
  'debug',
]
const TABS = enough(50)
const CHAINS = 10

/** Wires between the nodes of 500 chains, on 50 tabs; every third node also feeds the next chain of its tab. */
function flow(): object[] {
  const nodes: object[] = []
  let next = 0
  for (let tab = 0; tab < TABS; tab++) {
    nodes.push({ id: `tab${tab}`, type: 'tab', label: `Tab ${tab}` })
    for (let chain = 0; chain < CHAINS; chain++)
      for (const [i, type] of CHAIN.entries()) {
        const following = i < CHAIN.length - 1 ? [`n${next + 1}`] : []
        if (i % 3 === 1 && chain < CHAINS - 1) following.push(`n${next + CHAIN.length}`)
        nodes.push({ id: `n${next++}`, type, z: `tab${tab}`, name: '', ...settings(type), wires: [following] })
      }
  }
  return nodes
}

function settings(type: string): object {
  if (type === 'inject')
    return { props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }], payload: '', payloadType: 'date' }
  if (type === 'change') return { rules: [{ t: 'set', p: 'seed', pt: 'msg', to: '3', tot: 'num' }] }
  if (type === 'switch') return { property: 'payload', rules: [{ t: 'nnull' }] }
  return {}
}

/** A flow whose nodes can be removed and put back, as in the editor. */
function editable(graph: Graph): Graph & { hidden: Set<string>; unwired: Set<string> } {
  const hidden = new Set<string>()
  const unwired = new Set<string>()
  const ids = [...graph.ids()]
  const node = (id: string): FlowNode | undefined => {
    const found = hidden.has(id) ? undefined : graph.node(id)
    return found && unwired.has(id) ? { ...found, wires: [[]] } : found
  }
  return { hidden, unwired, node, ids: () => ids }
}

/** A full check of 5 000 nodes, and single edits in it: a wire removed and drawn again, a node deleted and put back. */
export async function bench(): Promise<Record<string, Figure>> {
  const graph = editable(readFlow(flow()))
  const declarations = allDeclarations()
  const full: number[] = []
  for (let round = 0; round < enough(25); round++) {
    const start = performance.now()
    createChecker(graph, declarations)
    if (round >= 5) full.push(performance.now() - start)
  }
  const checker = createChecker(graph, declarations)
  const edits: number[] = []
  for (let round = 0; round < enough(400); round++) {
    const id = `n${(round * 97) % 5000}`
    const changed = round % 2 === 0 ? graph.unwired : graph.hidden
    for (const edit of [() => changed.add(id), () => changed.delete(id)]) {
      edit()
      const start = performance.now()
      checker.update([id])
      if (round >= 50) edits.push(performance.now() - start)
    }
  }
  edits.sort((a, b) => a - b)
  return {
    'check: 5 000 nodes': milliseconds(median(full), 60),
    'check: an edit in 5 000 nodes': milliseconds(median(edits), 5),
    'check: an edit, 95th percentile': milliseconds(edits[Math.floor(edits.length * 0.95)] ?? Number.NaN),
  }
}
