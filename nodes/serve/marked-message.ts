import type { NodeMessage } from 'node-red'

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
