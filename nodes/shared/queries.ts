/** Queries that were given up, so that nodes need not work on what belongs to them any more. */
const open = new Map<string, AbortController>()
/** Their messages may come to a node later still; so many of them are remembered. */
const GIVEN_UP = 1000

/** @returns to be called when the query has ended: whether nobody waits for its answer any more */
export function openQuery(mark: string): (isGivenUp: boolean) => void {
  const controller = new AbortController()
  open.set(mark, controller)
  return (isGivenUp) => {
    open.delete(mark)
    if (!isGivenUp) return
    controller.abort()
    open.set(mark, controller)
    if (givenUp.push(mark) > GIVEN_UP) open.delete(givenUp.shift() as string)
  }
}

const givenUp: string[] = []

/** Tells when what a message is worked on for is given up. Undefined for one that belongs to no query. */
export function signalOf({ _query, _msgid }: { _query?: unknown; _msgid?: string }): AbortSignal | undefined {
  return (open.get(String(_query)) ?? open.get(String(_msgid)))?.signal
}
