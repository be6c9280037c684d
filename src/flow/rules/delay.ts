import { eachAlternative } from '../alternatives'
import type { Rule, RuleNode } from '../behaviour'
import { filterMessage, type Message, property, write } from '../message'
import { known } from './constant'

/**
 * Delays messages. It may discard some, if it limits the rate or keeps only the latest message of each topic.
 */
export const delay: Rule = (node) => {
  const { pauseType, drop } = node.settings
  const isByTopic = pauseType === 'queue' || pauseType === 'timed'
  const sendsAll = !(pauseType === 'rate' && drop) && !isByTopic
  return {
    wants: [],
    send(arriving) {
      const sent = isByTopic ? withTopic(arriving, node) : arriving
      const some = sendsAll ? sent : filterMessage(sent)
      return [some, some]
    },
  }
}

/** Messages without a topic are stored under this name, and are sent with it as their topic. */
function withTopic(arriving: Message, node: RuleNode): Message {
  const topic = property(arriving, 'topic')
  const kept = eachAlternative(topic, (one) => (one.kind === 'absent' ? known(node, '_none_') : [one]))
  return write(arriving, ['topic'], kept)
}
