/** Timeouts and retries of a download. */
export interface Limits {
  /** Consecutive attempts without progress. */
  attempts: number
  /** Milliseconds before the second attempt. The delay doubles after each further attempt. */
  backoff: number
  /** The longest delay that a server may ask for, in milliseconds. */
  longestWait: number
  /** The timeout for a connection that sends no data, in milliseconds. */
  idle: number
}

export const LIMITS: Limits = { attempts: 6, backoff: 1000, longestWait: 120_000, idle: 30_000 }
