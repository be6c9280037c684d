/** How patient a download is. */
export interface Limits {
  /** Tries in a row without progress. */
  attempts: number
  /** Milliseconds before the second try; each further wait is twice as long. */
  backoff: number
  /** The longest wait that a server may request, in milliseconds. */
  longestWait: number
  /** Milliseconds without a byte. */
  idle: number
}

export const LIMITS: Limits = { attempts: 6, backoff: 1000, longestWait: 120_000, idle: 30_000 }
