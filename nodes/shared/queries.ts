type Acknowledge = (values: Record<string, unknown>) => void

/** Queries in progress. Cancelled ones are included, so that nodes stop working on them. */
const open = new Map<string, { controller: AbortController; acknowledge: Acknowledge }>()
/** How many cancelled queries are remembered, because their messages may still reach a node. */
const GIVEN_UP = 1000

/**
 * @param acknowledge answers the query if a node has acted on it without producing a result
 * @returns to be called when the query has ended, with whether it was cancelled or timed out
 */
export function openQuery(mark: string, acknowledge: Acknowledge): (isGivenUp: boolean) => void {
  const controller = new AbortController()
  open.set(mark, { controller, acknowledge })
  return (isGivenUp) => {
    open.delete(mark)
    if (!isGivenUp) return
    controller.abort()
    open.set(mark, { controller, acknowledge })
    if (givenUp.push(mark) > GIVEN_UP) open.delete(givenUp.shift() as string)
  }
}

const givenUp: string[] = []

interface OfQuery {
  _query?: unknown
  _msgid?: string
}

function queryOf({ _query, _msgid }: OfQuery) {
  return open.get(String(_query)) ?? open.get(String(_msgid))
}

/** Answers a message's query, if it has one. For nodes that have acted on the message and send nothing on. */
export function acknowledge(msg: OfQuery, values: Record<string, unknown>): void {
  queryOf(msg)?.acknowledge(values)
}

/** Aborted when a message's query is cancelled. Undefined for a message without a query. */
export function signalOf(msg: OfQuery): AbortSignal | undefined {
  return queryOf(msg)?.controller.signal
}
