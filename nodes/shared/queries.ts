type Acknowledge = (values: Record<string, unknown>) => void

/** Queries in progress, and cancelled ones, so that nodes needn't work for those any more. */
const open = new Map<string, { controller: AbortController; acknowledge: Acknowledge }>()
/** Their messages may still reach a node later; this many of them are remembered. */
const GIVEN_UP = 1000

/**
 * @param acknowledge answers it where something was done, and nothing made
 * @returns to be called when the query has ended: whether nobody waits for its answer any more
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

/** Answers a message's query, if any, if the node has done something with it and sends nothing on. */
export function acknowledge(msg: OfQuery, values: Record<string, unknown>): void {
  queryOf(msg)?.acknowledge(values)
}

/** Aborted when a message's query is cancelled. Undefined for a message without a query. */
export function signalOf(msg: OfQuery): AbortSignal | undefined {
  return queryOf(msg)?.controller.signal
}
