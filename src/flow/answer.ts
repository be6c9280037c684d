import { follow, messageFrom } from './follow'
import { joinMessages, type Message, NOTHING } from './message'
import type { FlowPlace } from './place'
import type { PlaceGraph } from './place-graph'
import { isGathering } from './rules'

/**
 * The messages that come back to a link call: the results of its own messages. Results of other callers'
 * messages go back to those, unless a node on the way combines several messages.
 *
 * @param sent returns the messages that a port sends, as far as they are known
 */
export function answerTo(
  network: PlaceGraph,
  back: FlowPlace,
  sent: (place: FlowPlace, port: number) => Message,
): Message {
  const { call, region } = network.callOf(back)
  const answers = network.arrivals(back)
  if (!call || [...region].some(mixes))
    return answers.reduce((all, { place, port }) => joinMessages(all, sent(place, port)), NOTHING)
  const outputs = follow(network, new Map([[call, [sent(call, 0)]]]), {
    isFollowed: (place) => region.has(place),
    beside: (place, port) => (place.role === 'call' ? NOTHING : sent(place, port)),
  })
  return answers.reduce((all, { place, port }) => joinMessages(all, messageFrom(outputs.get(place), port)), NOTHING)
}

/** Whether the node may combine parts of several messages into one. */
function mixes({ node }: FlowPlace): boolean {
  return node.type === 'trigger' || isGathering(node.type)
}
