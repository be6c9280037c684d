/** A request cannot be answered. The message is one sentence for the client. */
export class RequestError extends Error {
  override readonly name = 'RequestError'

  /**
   * @param status the HTTP status
   * @param retryAfter seconds until the client may retry, a whole number
   * @param allow the allowed methods
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

/**
 * Converts anything that was thrown. Our sentences are kept; other errors reveal nothing about this server.
 */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const { code } = error as { code?: unknown }
  if (name === 'ValueError' && code === 'busy') return new RequestError(503, `${message}: try again in 1 s`, 1)
  if (name === 'ValueError' && code !== 'flow') return new RequestError(400, message)
  return new RequestError(500, message || 'Something went wrong, but no reason was given')
}
