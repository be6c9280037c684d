import { withoutUsers } from '../../types'

/** An error whose message is one or two sentences for people. Mirrors may have a password in their address. */
export class StoreError extends Error {
  constructor(message: string) {
    super(withoutUsers(message))
    this.name = 'StoreError'
  }
}

/** This computer's own fault: another address would not help. */
export class DiskError extends StoreError {}

/** Cancelled by the caller. */
export class Cancelled extends StoreError {
  constructor() {
    super('The download was cancelled; the part already downloaded is kept.')
  }
}

/** A temporary error, so another try is worthwhile. `message` continues "cannot be downloaded: ". */
export class Interruption extends Error {
  constructor(
    message: string,
    /** Milliseconds that the server asks to wait. */
    readonly retryAfter = 0,
  ) {
    super(message)
  }
}
