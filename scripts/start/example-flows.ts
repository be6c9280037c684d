import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface FlowNode {
  id: string
  type: string
  name?: string
  z?: string
  [setting: string]: unknown
}

/**
 * The nodes of all example flows together; their ids don't overlap. Those that call this Node-RED have its
 * address.
 */
export function exampleFlows(root: string, address: string): FlowNode[] {
  const folder = join(root, 'examples')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('127.0.0.1:1880', address))
    .map((text) => JSON.parse(text) as FlowNode[])
    .flatMap((flow, i) => (i === 0 ? flow.map(begun) : isInstallation(flow) ? flow.map(switchedOff) : flow))
}

/** The first tab shows a result without a press: its button is pressed once when Node-RED starts. */
function begun(node: FlowNode): FlowNode {
  return node.type === 'inject' ? { ...node, once: true, onceDelay: 1 } : node
}

/** Installations run without a pause and without anybody watching: each begins when its tab is enabled. */
function isInstallation(flow: readonly FlowNode[]): boolean {
  const has = (fits: (node: FlowNode) => boolean) => flow.some(fits)
  return (
    has(({ type }) => type === 'daisychain-serve-in') && has(({ type, once }) => type === 'inject' && once === true)
  )
}

function switchedOff(node: FlowNode): FlowNode {
  return node.type === 'tab' ? { ...node, disabled: true } : node
}
