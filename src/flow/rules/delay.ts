import { eachAlternative } from '../alternatives'
import type { Rule } from '../behaviour'
import { filterMessage, property, write } from '../message'
import { known } from './constant'

/** Sends messages later; some never, where it discards what comes too fast or keeps only the latest of a topic. */
export const delay: Rule = (node) => {
  const { pauseType, drop } = node.settings
  const isByTopic = pauseType === 'queue' || pauseType === 'timed'
  const sendsAll = !(pauseType === 'rate' && drop) && !isByTopic
  return {
    wants: [],
    send(arriving) {
      // It keeps messages without a topic under this name, and sends it with them.
      const topic = eachAlternative(property(arriving, 'topic'), (one) =>
        one.kind === 'absent' ? known(node, '_none_') : [one],
      )
      const sent = isByTopic ? write(arriving, ['topic'], topic) : arriving
      const some = sendsAll ? sent : filterMessage(sent)
      return [some, some]
    },
  }
}
