import { statfs } from 'node:fs/promises'
import type { NodeAPI } from 'node-red'
import { readableSize } from '../../src/files'
import { type FlowNode, runningNodes } from '../../src/flow'
import { missingModel } from '../../src/models'
import { deployedFlow } from './deployed-flow'
import { modelOf } from './known-models'
import { allMetrics } from './metrics'

/** Answers `GET /daisychain/health`. Anyone may ask, so it names nodes, but never paths, values or addresses. */
export interface Health {
  ok: boolean
  /** One sentence for each thing that doesn't work. */
  problems: string[]
}

/** Errors in a row that make a node unhealthy: a single bad message doesn't. */
const ILL_AFTER = 3
/**
 * Free disk space in bytes. With less, downloads, exports and Node-RED's own flow file may soon be cut off.
 */
const LEAST_FREE = 100e6

/** @param started whether the flows run */
export async function healthOf(RED: NodeAPI, started: boolean): Promise<Health> {
  const problems = started ? nodeProblems(RED) : ['The flows have not started: open the editor to see why.']
  const disk = await statfs(userDirOf(RED)).catch(() => null)
  const free = disk ? disk.bavail * disk.bsize : Number.POSITIVE_INFINITY
  if (free < LEAST_FREE)
    problems.push(`The disk has only ${readableSize(free)} free: delete files that are no longer needed.`)
  return { ok: problems.length === 0, problems }
}

function nodeProblems(RED: NodeAPI): string[] {
  const running = runningNodes(deployedFlow(RED).graph)
  const ids = new Set(running.map(({ id }) => id))
  const failing = allMetrics().filter(({ errorsInARow }) => errorsInARow >= ILL_AFTER)
  return [
    ...running.filter((node) => lacksModel(RED, node)).map((node) => `${called(node)} has no model: open the node.`),
    // Nodes inside subflows have their own ids while they run.
    ...failing
      .filter(({ id }) => ids.has(id) || RED.nodes.getNode(id))
      .map((node) => `${called(node)} has failed ${node.errorsInARow} times in a row: look at its status.`),
  ]
}

function lacksModel(RED: NodeAPI, { type, config }: FlowNode): boolean {
  const model = modelOf(type, config)
  if (!model && type !== 'daisychain-onnx') return false
  try {
    return missingModel(model, config, userDirOf(RED)) !== null
  } catch {
    return true
  }
}

function userDirOf(RED: NodeAPI): string {
  return RED.settings.userDir ?? '.'
}

function called({ name, type }: { name: string; type: string }): string {
  return `“${name || type.replace(/^daisychain-/, '')}”`
}
