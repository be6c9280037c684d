import type { Node, NodeAPI } from 'node-red'
import { ValueError } from '../../src/types'

/** Whether a message's `filename` is a path, which takes precedence over the node's own. */
export function isPath(filename: unknown): filename is string {
  return typeof filename === 'string' && filename !== ''
}

/**
 * A path as it was typed into a node, with environment variables filled in: `${PHOTOS}/today`. They may be the
 * system's, the flow's or the subflow's, as in Node-RED's own nodes. Not for paths from messages.
 *
 * @param node the owner of the variables; without one, only the system's are known
 * @throws ValueError that names a variable that isn't set
 */
export function settingPath(RED: NodeAPI, node: Node | null, path: string): string {
  return path.replace(/\$\{([^{}]+)\}/g, (_, name: string) => {
    const value = RED.util.evaluateNodeProperty(name.trim(), 'env', node ?? ({} as Node), {}) as unknown
    if (value !== undefined && value !== null && value !== '') return String(value)
    throw new ValueError(`the environment variable ${name} in the path ${path} is not set`, 'flow')
  })
}
