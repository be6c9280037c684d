type Acknowledge = (values: Record<string, unknown>) => void

interface Query {
  controller: AbortController
  acknowledge: Acknowledge
  /** What it continues; itself if it stands alone. */
  continues: object
}

/** Queries in progress. Cancelled ones are included, so that nodes stop working on them. */
const open = new Map<string, Query>()
/** How many cancelled queries are remembered, because their messages may still reach a node. */
const GIVEN_UP = 1000

/**
 * @param acknowledge answers the query if a node has acted on it without producing a result
 * @param continues the client's connection or sequence of requests; without it, the query stands alone
 * @returns to be called when the query has ended, with whether it was cancelled or timed out
 */
export function openQuery(mark: string, acknowledge: Acknowledge, continues?: object): (isGivenUp: boolean) => void {
  const controller = new AbortController()
  const query: Query = { controller, acknowledge, continues: continues ?? controller }
  open.set(mark, query)
  return (isGivenUp) => {
    open.delete(mark)
    if (!isGivenUp) return
    controller.abort()
    open.set(mark, query)
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

/** A message of Node-RED's own nodes for HTTP, TCP and WebSockets. */
interface OfClient extends OfQuery {
  req?: unknown
  _session?: { type?: unknown; id?: unknown }
}

/**
 * What a message belongs to, if it came from a client: its query, or its connection if the messages of one follow
 * each other. What a model remembers of one must not affect the results of another. Undefined for all other messages.
 */
export function clientOf(msg: OfClient): object | string | undefined {
  const { _query, req, _session } = msg
  const query = queryOf(msg)
  if (query) return query.continues
  if (typeof _query === 'string') return `query ${_query}` // which has ended already
  if (typeof req === 'object' && req !== null) return req
  if (_session?.id !== undefined) return `${_session.type} ${_session.id}`
  return undefined
}
