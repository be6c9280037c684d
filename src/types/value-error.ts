/**
 * A value that isn't accepted. The message is one sentence for users, without a full stop.
 *
 * @example
 * catch (error) { done(error instanceof ValueError ? `${error.message}.` : error) }
 */
export class ValueError extends Error {
  override readonly name = 'ValueError'

  /**
   * @param code `value`: it is wrong; `busy`: there is no room for it now; `flow`: whatever came, the flow or a node's settings
   *   are wrong. Flows see it as `msg.error.code`.
   */
  constructor(
    message: string,
    readonly code: 'value' | 'busy' | 'flow' = 'value',
  ) {
    super(message)
  }
}

/** Turns the error into one of the flow, for values that the sender didn't choose. */
export function asFlowFault<E>(error: E): E | ValueError {
  return error instanceof ValueError && error.code === 'value' ? new ValueError(error.message, 'flow') : error
}

/** Throws the error as one of the flow. */
export function blameFlow(error: unknown): never {
  throw asFlowFault(error)
}
