/**
 * A value that cannot be taken. The message is one sentence for a person, without a full stop.
 *
 * @example
 * catch (error) { done(error instanceof ValueError ? `${error.message}.` : error) }
 */
export class ValueError extends Error {
  override readonly name = 'ValueError'

  /** @param code `value`: it is wrong; `busy`: there is no room for it now. Flows see it as `msg.error.code`. */
  constructor(
    message: string,
    readonly code: 'value' | 'busy' = 'value',
  ) {
    super(message)
  }
}
