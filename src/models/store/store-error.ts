import { withoutUsers } from '../../types'

/** An error whose message is one sentence or two for a person. Mirrors may have a password in their address. */
export class StoreError extends Error {
  constructor(message: string) {
    super(withoutUsers(message))
    this.name = 'StoreError'
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
