import { timeOnCore } from './time-on-core'

/** The longest time for which everything else had to wait, in ms. */
export interface Loop {
  /** By the clock: on a busy computer it includes other programs. */
  late: number
  /**
   * Processor time of this thread: how long it would take on an idle computer. NaN where the system doesn't
   * count it.
   */
  worked: number
  /** How much of that Node-RED itself took to clone a message. */
  cloned: number
}

/** Watches the event loop of this thread. @param util whose clones are counted */
export function watchLoop(util: { cloneMessage(msg: unknown): unknown }): { take(): Loop } {
  const spent = timeOnCore()
  const none: Loop = { late: 0, worked: 0, cloned: 0 }
  let longest = none
  let cloned = 0
  let last = { time: performance.now(), spent: spent() }
  const clone = util.cloneMessage
  util.cloneMessage = (msg) => {
    const before = spent()
    const copy = clone(msg)
    cloned += spent() - before
    return copy
  }
  const note = () => {
    const now = { time: performance.now(), spent: spent() }
    const [late, worked] = [now.time - last.time, now.spent - last.spent]
    // By our own part of it.
    const isLonger = worked - cloned >= longest.worked - longest.cloned
    longest = { late: Math.max(longest.late, late), ...(isLonger ? { worked, cloned } : pick(longest)) }
    last = now
    cloned = 0
  }
  setInterval(note, 1).unref()
  return {
    /** The gaps since the last call; one that is still going on counts too. */
    take() {
      note()
      const taken = longest
      longest = none
      return taken
    },
  }
}

const pick = ({ worked, cloned }: Loop) => ({ worked, cloned })
