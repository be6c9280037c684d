import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface FlowNode {
  id: string
  type: string
  name?: string
  z?: string
  [setting: string]: unknown
}

/** The nodes of all example flows together; their ids do not overlap. Those that ask this Node-RED name its address. */
export function exampleFlows(root: string, address: string): FlowNode[] {
  const folder = join(root, 'examples')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('127.0.0.1:1880', address))
    .flatMap((text, i) => (JSON.parse(text) as FlowNode[]).map((node) => (i === 0 ? begun(node) : node)))
}

/** The first tab shows a result without a press: its button is pressed once, when Node-RED starts. */
function begun(node: FlowNode): FlowNode {
  return node.type === 'inject' ? { ...node, once: true, onceDelay: 1 } : node
}
