/** The pause before the second restart in a row; it doubles up to the longest. Milliseconds. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000

/** How long to wait before the next lane, after lanes died at work without a success in between. */
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
    /** The next lane may start at once. */
    skip() {
      notBefore = 0
    },
    /** Milliseconds until the next lane may start; 0: at once. */
    rest: () => Math.max(0, notBefore - performance.now()),
  }
}
