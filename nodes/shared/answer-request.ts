/** A message from an `http in` node, whose client may be waiting for the response. */
interface Asked {
  res?: {
    _res?: {
      headersSent: boolean
      writableEnded: boolean
      status(code: number): { type(name: string): { set(headers: object): { send(text: string): void } } }
    }
  }
}

/** The answer to an HTTP request whose message a queue has discarded. */
export const NOT_RUN = "This request wasn't run: a newer one replaced it, or the flow was redeployed. Try again."

/** Whether a message's HTTP request is still waiting for an answer. */
export function isAwaited(msg: object): boolean {
  const response = (msg as Asked).res?._res
  return response !== undefined && !response.headersSent && !response.writableEnded
}

/**
 * Answers a message's HTTP request unless it has been answered already. Otherwise its client would wait
 * forever.
 */
export function answerRequest(msg: object, status: number, sentence: string): void {
  if (!isAwaited(msg)) return
  const headers = { 'cache-control': 'no-store', ...(status === 503 && { 'retry-after': '1' }) }
  ;(msg as Asked).res?._res?.status(status).type('text/plain').set(headers).send(`${sentence}\n`)
}
