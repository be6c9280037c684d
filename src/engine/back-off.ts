/**
 * The pause before the second restart in a row, in ms. It doubles with each further restart, up to the
 * longest.
 */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000

/** Decides how long to wait before the next lane if lanes have died at work without a success in between. */
export function createBackOff() {
  let deaths = 0
  let notBefore = 0
  return {
    died() {
      deaths++
      if (deaths > 1) notBefore = performance.now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (deaths - 2))
    },
    worked() {
      deaths = 0
    },
    /** Lets the next lane start at once. */
    skip() {
      notBefore = 0
    },
    /** Milliseconds until the next lane may start; 0: at once. */
    rest: () => Math.max(0, notBefore - performance.now()),
  }
}
