/**
 * Limits how many lanes start at once: more would take all cores and a lot of memory without being ready
 * sooner.
 */
export interface Starts {
  readonly isFull: boolean
  /** Takes a place, even if none is free. @returns a function that releases it; calling it again does nothing */
  take(): () => void
  /** Calls back, once, when a place is free. @returns a function that stops waiting */
  wait(call: () => void): () => void
}

/** @param atOnce how many lanes may start at the same time */
export function createStarts(atOnce: number): Starts {
  let taken = 0
  const waiting = new Set<{ call: () => void }>()

  function letIn(): void {
    for (const one of waiting) {
      if (taken >= atOnce) return
      waiting.delete(one)
      one.call()
    }
  }

  return {
    get isFull() {
      return taken >= atOnce
    },
    take() {
      let isTaken = true
      taken++
      return () => {
        if (!isTaken) return
        isTaken = false
        taken--
        letIn()
      }
    },
    wait(call) {
      const one = { call }
      waiting.add(one)
      return () => waiting.delete(one)
    },
  }
}
