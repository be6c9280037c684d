import { withoutUsers } from '../../types'

/** An error whose message is one sentence or two for a person. Mirrors may have a password in their address. */
export class StoreError extends Error {
  /** One or more: where a file has several sources, what was wrong with each. */
  readonly sentences: readonly string[]

  constructor(...sentences: string[]) {
    const cleaned = sentences.map(withoutUsers)
    super(cleaned.join(' '))
    this.name = 'StoreError'
    this.sentences = cleaned
  }
}

/** This computer's own fault: another address would not help. */
export class DiskError extends StoreError {}

/** Ended by whoever asked for it. */
export class Cancelled extends StoreError {
  constructor() {
    super('The download was cancelled; the part already downloaded is kept.')
  }
}

/** What may be over a moment later, so that another try is worth it. `message` goes on after "cannot be downloaded: ". */
export class Interruption extends Error {
  constructor(
    message: string,
    /** Milliseconds that the server asks to wait. */
    readonly retryAfter = 0,
  ) {
    super(message)
  }
}
