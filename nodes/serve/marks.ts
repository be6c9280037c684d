import type { NodeMessage } from 'node-red'
import type { Call } from '../../src/serving/index'
import type { PublishedFlow } from './published-flow'

/**
 * A message that belongs to a query carries the query's mark. Its id is the same mark, for nodes that keep
 * only the id.
 */
export type MarkedMessage = NodeMessage & {
  _query?: unknown
  error?: unknown
  complete?: unknown
  progress?: unknown
  statusCode?: unknown
}

/** The currently published flows, by the id of their `serve in` nodes. */
export const published = new Map<string, PublishedFlow>()

/** The query that a message belongs to, if it is still in progress. */
export function findQuery({ _query, _msgid }: MarkedMessage): { flow: PublishedFlow; call: Call } | null {
  for (const flow of published.values()) {
    const call = flow.calls.find(_query) ?? flow.calls.find(_msgid)
    if (call) return { flow, call }
  }
  return null
}
