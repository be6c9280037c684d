/** A message that came from an `http in` node, whose sender waits. */
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

/** Whether somebody waits for an answer to the request that a message came with. */
export function isAwaited(msg: object): boolean {
  const response = (msg as Asked).res?._res
  return response !== undefined && !response.headersSent && !response.writableEnded
}

/** Answers the request that a message came with, where nobody has yet: whoever waits for it would wait for ever. */
export function answerRequest(msg: object, status: number, sentence: string): void {
  if (!isAwaited(msg)) return
  const headers = { 'cache-control': 'no-store', ...(status === 503 && { 'retry-after': '1' }) }
  ;(msg as Asked).res?._res?.status(status).type('text/plain').set(headers).send(`${sentence}\n`)
}
