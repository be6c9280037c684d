import { withoutUsers } from '../../types'

/**
 * An error whose message, one or two sentences, can be shown to users. Passwords in mirror URLs are removed
 * from it.
 */
export class StoreError extends Error {
  /** Several if the file has several sources: one sentence about each. */
  readonly sentences: readonly string[]

  constructor(...sentences: string[]) {
    const cleaned = sentences.map(withoutUsers)
    super(cleaned.join(' '))
    this.name = 'StoreError'
    this.sentences = cleaned
  }
}

/** A problem of this computer, so trying another URL is useless. */
export class DiskError extends StoreError {}

/** Cancelled by the caller. */
export class Cancelled extends StoreError {
  constructor() {
    super('The download was cancelled; the part already downloaded is kept.')
  }
}

/**
 * A temporary error, after which the request can be retried. `message` completes the sentence "cannot be
 * downloaded: ".
 */
export class Interruption extends Error {
  constructor(
    message: string,
    /** The delay in milliseconds that the server asked for. */
    readonly retryAfter = 0,
  ) {
    super(message)
  }
}
