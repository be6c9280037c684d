import { equalMessages, joinMessages, type Message, NOTHING, UNKNOWN_MESSAGE } from './message'
import type { FlowPlace } from './place'
import type { PlaceGraph } from './place-graph'

export type Outputs = ReadonlyMap<FlowPlace, readonly Message[]>

export interface Path {
  isFollowed?(place: FlowPlace): boolean
  /** The messages from places that aren't followed. Default: none. */
  beside?(place: FlowPlace, port: number): Message
  /** Changes a message that a node sends when it receives `arriving`. Default: no change. */
  sending?(message: Message, arriving: Message): Message
}

/**
 * The messages sent by all places after the starting ones, given what those send: the least fixed point, as
 * in infer.ts.
 */
export function follow(network: PlaceGraph, start: Outputs, { isFollowed, beside, sending }: Path = {}): Outputs {
  const outputs = new Map(start)
  const waiting = new Set<FlowPlace>()
  for (const place of start.keys()) for (const next of network.following(place)) waiting.add(next)
  for (const place of waiting) {
    waiting.delete(place)
    if (start.has(place) || isFollowed?.(place) === false) continue
    let arriving = NOTHING
    for (const { place: source, port } of network.arrivals(place)) {
      const isBeside = beside && !start.has(source) && isFollowed?.(source) === false
      arriving = joinMessages(arriving, isBeside ? beside(source, port) : messageFrom(outputs.get(source), port))
    }
    const before = outputs.get(place)
    const ports = Math.max(1, place.node.wires.length)
    const sent = place.behaviour.send(arriving)
    const now = Array.from({ length: ports }, (_, port) => {
      const message = sent[port] ?? UNKNOWN_MESSAGE
      return joinMessages(before?.[port] ?? NOTHING, sending ? sending(message, arriving) : message)
    })
    if (before?.every((message, port) => equalMessages(message, now[port] ?? NOTHING))) continue
    outputs.set(place, now)
    for (const next of network.following(place)) waiting.add(next)
  }
  return outputs
}

export function messageFrom(outputs: readonly Message[] | undefined, port: number): Message {
  return outputs?.[port] ?? NOTHING
}
