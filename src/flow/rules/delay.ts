import type { Rule } from '../behaviour'
import { filterMessage } from '../message'

/** Sends messages later; some never, where it discards what comes too fast or keeps only the latest of a topic. */
export const delay: Rule = ({ settings }) => {
  const { pauseType, drop } = settings
  const sendsAll = !(pauseType === 'rate' && drop) && pauseType !== 'queue' && pauseType !== 'timed'
  return {
    wants: [],
    send(arriving) {
      const some = sendsAll ? arriving : filterMessage(arriving)
      return [some, some]
    },
  }
}
