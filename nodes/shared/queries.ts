type Acknowledge = (values: Record<string, unknown>) => void

/** Queries under way, and those given up, so that nodes need not work on what belongs to them any more. */
const open = new Map<string, { controller: AbortController; acknowledge: Acknowledge }>()
/** Their messages may come to a node later still; this many of them are remembered. */
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

/** Answers the query that a message belongs to, if any, where the node has done something with it and sends nothing on. */
export function acknowledge(msg: OfQuery, values: Record<string, unknown>): void {
  queryOf(msg)?.acknowledge(values)
}

/** Tells when what a message is worked on for is given up. Undefined for one that belongs to no query. */
export function signalOf(msg: OfQuery): AbortSignal | undefined {
  return queryOf(msg)?.controller.signal
}
