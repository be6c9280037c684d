import type { Heard } from './heard'

/** Messages per second that pass in order. Beyond that, only the newest of each topic passes. */
const PER_SECOND = 200
/** How many may pass in a burst. */
const BURST = 50
/** Topics that wait. */
const MOST_WAITING = 500

/** Lets messages pass in order. If there are too many, only the newest of each topic passes. */
export interface Gate {
  take(heard: Heard): void
  /** How many messages were discarded since the start. */
  readonly leftOut: number
  close(): void
}

export function createGate(pass: (heard: Heard) => void): Gate {
  const waiting = new Map<string, Heard>()
  let leftOut = 0
  let room = BURST
  let filledAt = performance.now()
  let timer: NodeJS.Timeout | undefined

  function fill(): void {
    const now = performance.now()
    room = Math.min(BURST, room + ((now - filledAt) * PER_SECOND) / 1000)
    filledAt = now
  }

  function flush(): void {
    timer = undefined
    fill()
    for (const [topic, heard] of waiting) {
      if (room < 1) break
      room--
      waiting.delete(topic)
      pass(heard)
    }
    if (waiting.size > 0) timer = setTimeout(flush, 20)
  }

  return {
    take(heard) {
      fill()
      if (waiting.size === 0 && room >= 1) {
        room--
        return pass(heard)
      }
      if (waiting.delete(heard.topic)) leftOut++
      const [oldest] = waiting.keys()
      if (waiting.size >= MOST_WAITING && oldest !== undefined && waiting.delete(oldest)) leftOut++
      waiting.set(heard.topic, heard)
      timer ??= setTimeout(flush, 20)
    },
    get leftOut() {
      return leftOut
    },
    close: () => clearTimeout(timer),
  }
}
