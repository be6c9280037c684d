import type { Node, NodeAPI } from 'node-red'
import { deployedFlow, idInFlow } from './deployed-flow'
import { type LastResult, lastResult, type Output } from './last-results'
import { kindOf, smallPicture } from './picture-of'

/** Maximum length of a result's longer side, in pixels. */
const SIDE = 640
/** Characters of text. */
const TEXT = 2000

/** A result for the page of a node that sends pictures. */
export interface ResultBehind {
  /** When it arrived, in ms since 1970. */
  at: number
  /** A data address. */
  image?: string
  text?: string
}

/**
 * The last result after a running node: from the farthest node that has one to show.
 * @param since if there is nothing newer, null is returned
 */
export async function resultBehind(RED: NodeAPI, node: Node, since: number): Promise<ResultBehind | null> {
  const found = farthest(RED, idInFlow(node))
  if (!found || found.at <= since) return null
  const { at, output } = found
  if (typeof output.value === 'string') return { at, text: output.value.slice(0, TEXT) }
  const image = await smallPicture(output, SIDE)
  return image ? { at, image } : null
}

function farthest(RED: NodeAPI, start: string): { at: number; output: Output } | undefined {
  const { graph } = deployedFlow(RED)
  const seen = new Set([start])
  let found: { at: number; output: Output } | undefined
  // The set grows during iteration, nearest nodes first.
  for (const id of seen) {
    const node = graph.node(id)
    const shown = id === start ? undefined : shownOf(lastResult(id))
    if (shown) found = shown
    const links = node?.type === 'link out' && Array.isArray(node.config.links) ? node.config.links : []
    for (const next of [...(node?.wires.flat() ?? []), ...links]) seen.add(next as string)
  }
  return found
}

function shownOf(result: LastResult | undefined): { at: number; output: Output } | undefined {
  const output = result?.outputs.find((each) => kindOf(each))
  return result && output && { at: result.at, output }
}
