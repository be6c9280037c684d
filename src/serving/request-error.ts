/** A request that cannot be answered. The message is one sentence for the sender. */
export class RequestError extends Error {
  override readonly name = 'RequestError'

  /**
   * @param status the HTTP status
   * @param retryAfter whole seconds after which it may be tried again
   * @param allow the methods by which it may be asked
   */
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfter?: number,
    readonly allow?: string,
  ) {
    super(/[.!?]$/.test(message) ? message : `${message}.`)
  }
}

/** The same for anything that was thrown: sentences are kept, and anything else reveals nothing about us. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const { code } = error as { code?: unknown }
  if (name === 'ValueError' && code === 'busy') return new RequestError(503, `${message}: try again in 1 s`, 1)
  if (name === 'ValueError' && code !== 'flow') return new RequestError(400, message)
  return new RequestError(500, message || 'Something went wrong, but no reason was given')
}
