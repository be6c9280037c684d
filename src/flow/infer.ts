import { answerTo } from './answer'
import { equalMessages, joinMessages, type Message, NOTHING, UNKNOWN_MESSAGE } from './message'
import { inOrder } from './order'
import type { FlowPlace } from './place'
import type { PlaceGraph } from './place-graph'

/**
 * Infers what every place sends, as the least fixed point of the behaviours, for the places in `changed` and
 * all that they reach. Places in loops start again from nothing, so that the result is the same as in a fresh
 * run; other places are only recomputed if their input changed. Terminates because behaviours are monotone
 * and messages form a lattice of bounded height (see alternatives.ts). Returns the places whose arriving
 * messages changed.
 */
export function infer(network: PlaceGraph, changed: Iterable<FlowPlace>): Set<FlowPlace> {
  const dirty = new Set(changed)
  for (const group of inOrder(network, dirty)) {
    if (!group.some((place) => dirty.has(place))) continue
    const before = group.map(({ outputs }) => outputs)
    settle(network, group)
    for (let i = 0; i < group.length; i++) {
      const place = group[i] as FlowPlace
      const former = before[i] ?? null
      if (group.length > 1) dirty.add(place)
      if (equalOutputs(former, place.outputs)) place.outputs = former
      else for (const next of network.influenced(place)) dirty.add(next)
    }
  }
  return dirty
}

/** The messages that leave a port. */
export function sent({ outputs }: FlowPlace, port: number): Message {
  return outputs ? (outputs[port] ?? UNKNOWN_MESSAGE) : NOTHING
}

/** The messages that arrive at a place, on all its wires. */
export function arriving(network: PlaceGraph, place: FlowPlace): Message {
  if (place.role === 'return') return answerTo(network, place, sent)
  let message = NOTHING
  for (const { place: source, port } of network.arrivals(place)) {
    message = joinMessages(message, sent(source, port))
  }
  return message
}

function settle(network: PlaceGraph, group: readonly FlowPlace[]): void {
  const [first] = group
  if (!first) return
  if (group.length === 1 && !network.influenced(first).includes(first)) {
    first.outputs = first.behaviour.send(arriving(network, first))
    return
  }
  for (const place of group) place.outputs = null
  const members = new Set(group)
  const waiting = new Set(group)
  for (const place of waiting) {
    waiting.delete(place)
    const outputs = place.behaviour.send(arriving(network, place))
    if (equalOutputs(outputs, place.outputs)) continue
    place.outputs = outputs
    for (const next of network.influenced(place)) if (members.has(next)) waiting.add(next)
  }
}

function equalOutputs(a: FlowPlace['outputs'], b: FlowPlace['outputs']): boolean {
  if (a === b) return true
  return a !== null && b !== null && a.length === b.length && a.every((one, i) => equalMessages(one, b[i] ?? NOTHING))
}
