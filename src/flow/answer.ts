import { follow, messageFrom } from './follow'
import { joinMessages, type Message, NOTHING } from './message'
import type { FlowPlace, PlaceGraph } from './place-graph'
import { isGathering } from './rules'

/**
 * What comes back to a link call: the results of its own messages. Other callers' messages go back to them, unless a
 * node on the way merges several into one.
 *
 * @param sent what comes out of a port, as far as known
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

/** Whether a message that it sends may contain parts of another one. */
function mixes({ node }: FlowPlace): boolean {
  return node.type === 'trigger' || isGathering(node.type)
}
