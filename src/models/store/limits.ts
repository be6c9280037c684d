/** How patient a download is. */
export interface Limits {
  /** Tries in a row that bring nothing new. */
  attempts: number
  /** Milliseconds before the second try; each further wait is twice as long. */
  backoff: number
  /** Milliseconds that a server may ask to wait. */
  longestWait: number
  /** Milliseconds without a byte. */
  idle: number
}

export const LIMITS: Limits = { attempts: 6, backoff: 1000, longestWait: 120_000, idle: 30_000 }
