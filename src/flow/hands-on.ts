/** Follows the values that a node sends to the nodes that receive them unchanged and need them. */
import { asSent } from './alternatives'
import type { Want } from './behaviour'
import { follow, messageFrom, type Outputs } from './follow'
import { sent as sentBy } from './infer'
import { type Message, parsePath, property, read } from './message'
import type { FlowPlace } from './place'
import type { PlaceGraph } from './place-graph'

/** An input that receives a value which the node sent, directly or through other nodes. */
export interface Demand {
  /** The id of the node with the input. */
  id: string
  want: Want
  /** The property in which the value was sent. */
  sent: string
  /** Whether a node on the way makes such a value itself if none was sent. */
  isSpare: boolean
}

/** Assumes that unknown nodes keep all properties except `payload`. */
export interface Following {
  trusting?: boolean
  /** Includes inputs that only read the value, such as those of templates. */
  looking?: boolean
}

/**
 * All inputs that receive a value which a node sent, nearest first. A node that converts the value to
 * something else ends the search. Each node's behaviour determines whether it passes a property on, under the
 * same or another name.
 */
export function* demandsBehind(network: PlaceGraph, id: string, following: Following = {}): Generator<Demand> {
  const outputs = followSent(network, sendersOf(network, id), following)
  const seen = new Set<string>()
  for (const place of reachedFrom(network, id)) {
    for (const want of (place.behaviour.wants ?? []).filter(({ judges }) => following.looking || !judges))
      for (const { place: source, port } of network.arrivals(place)) {
        const demand = want.path && demandOf(place, want, want.path, messageFrom(outputs.get(source), port))
        const key = demand && JSON.stringify([demand.id, want.property, demand.sent, demand.isSpare])
        if (!demand || !key || seen.has(key)) continue
        seen.add(key)
        yield demand
      }
  }
}

/** What the nodes inside a subflow instance need from the messages that enter it. */
export interface Inside {
  wants: readonly Want[]
  /** The wires inside that these needs already cover, as keys made by `wireKey`. */
  judged: ReadonlySet<string>
}

/**
 * What nodes inside a subflow instance need from the values that enter it, unchanged. Nodes behind a switch
 * are left out, because whether a value reaches them depends on the value.
 */
export function wantedInside(
  network: PlaceGraph,
  entry: FlowPlace,
  wantsOf: (place: FlowPlace) => readonly Want[] | null,
): Inside {
  const isFollowed = ({ scope, role }: FlowPlace) => role !== 'exit' && scope.prefix.startsWith(`${entry.key}\0`)
  const outputs = followSent(network, [entry], {}, isFollowed)
  const wants = new Map<string, Want>()
  const judged = new Set<string>()
  for (const place of outputs.keys()) {
    if (place === entry) continue
    for (const want of wantsOf(place) ?? [])
      for (const { place: source, port } of network.arrivals(place)) {
        const message = messageFrom(outputs.get(source), port)
        const demand = want.path && demandOf(place, want, want.path, message)
        if (!demand || demand.isSpare || read(message, want.path).some(({ filtered }) => filtered)) continue
        judged.add(wireKey(source, port, place, want.property))
        const outside = { ...want, property: demand.sent, path: parsePath(demand.sent) }
        wants.set(JSON.stringify([outside.property, outside.types, outside.required, outside.judges]), outside)
      }
  }
  return { wants: [...wants.values()], judged }
}

export function wireKey(source: FlowPlace, port: number, target: FlowPlace, property: string): string {
  return `${source.key} ${port} ${target.key} ${property}`
}

/**
 * The name that the next node gives to its payload, if that is derived from the sent value by nodes that
 * can't be analysed or that convert it to text or an object.
 */
export function nameBehind(network: PlaceGraph, id: string): string | undefined {
  const outputs = followSent(network, sendersOf(network, id), { trusting: true })
  for (const place of reachedFrom(network, id)) {
    const want = (place.behaviour.wants ?? []).find(
      ({ property, name }) => property === 'payload' && name !== undefined,
    )
    if (!want) continue
    const found = network
      .arrivals(place)
      .flatMap(({ place: source, port }) => property(messageFrom(outputs.get(source), port), 'payload'))
    const isMade = found.some(({ kind, origin }) =>
      kind === 'typed' ? network.placesOf(origin).some(makesOfPayload) : kind === 'unknown' || kind === 'anything',
    )
    return isMade ? want.name : undefined
  }
  return undefined
}

/** The name that a previous node gives to its payload, if such nodes are in between. */
export function nameBefore(network: PlaceGraph, id: string): string | undefined {
  const seen = new Set(network.placesOf(id))
  let nearest = [...seen]
  while (nearest.length > 0) {
    const names = new Set<string>()
    const next: FlowPlace[] = []
    for (const { place, port } of nearest.flatMap((one) => network.arrivals(one))) {
      const name = place.behaviour.names?.[port]?.payload
      if (name !== undefined) names.add(name)
      else if (!seen.has(place) && !makesPayload(place, port)) next.push(place)
      seen.add(place)
    }
    if (names.size > 0) return names.size === 1 ? [...names][0] : undefined
    nearest = next
  }
  return undefined
}

/** Whether the node converts the payload to another one, like json and template. */
function makesOfPayload({ behaviour }: FlowPlace): boolean {
  return behaviour.wants?.some(({ property, judges }) => property === 'payload' && judges) ?? false
}

/** Whether the node makes a new payload from other data. */
function makesPayload(place: FlowPlace, port: number): boolean {
  if (place.behaviour.wants === null || makesOfPayload(place)) return false
  const made = property(sentBy(place, port), 'payload')
  return made.some(({ kind, origin }) => kind === 'typed' && origin === place.node.id)
}

/** All places that a node's messages reach, even if they are changed on the way, nearest first. */
export function reachedFrom(network: PlaceGraph, id: string): Set<FlowPlace> {
  const reached = new Set<FlowPlace>()
  for (const place of sendersOf(network, id)) for (const next of network.following(place)) reached.add(next)
  for (const place of reached) for (const next of network.following(place)) reached.add(next)
  return reached
}

function demandOf(place: FlowPlace, want: Want, path: readonly string[], message: Message): Demand | null {
  const found = read(message, path)
  const sent = found.find(({ kind }) => kind === 'sent')
  if (!sent) return null
  const { origin } = sent
  return {
    id: place.node.id,
    want,
    sent: origin === path[0] ? want.property : [origin, ...path.slice(1)].join('.'),
    isSpare: found.length > 1,
  }
}

/** The messages sent by the places after a node, but only those parts that the node itself sent. */
function followSent(
  network: PlaceGraph,
  senders: readonly FlowPlace[],
  { trusting = false }: Following,
  isFollowed?: (place: FlowPlace) => boolean,
): Outputs {
  const all: Message = { properties: new Map(), rest: asSent() }
  const sending = (message: Message, arriving: Message) =>
    trusting && message.rest[0]?.kind === 'unknown' ? keepRest(message, arriving) : message
  const ports = (place: FlowPlace) => new Array<Message>(Math.max(1, place.node.wires.length)).fill(all)
  return follow(network, new Map(senders.map((place) => [place, ports(place)])), { isFollowed, sending })
}

/**
 * A message in which the properties that aren't listed, except the payload, are the same as in the arriving
 * one.
 */
function keepRest(message: Message, arriving: Message): Message {
  const payload = property(message, 'payload')
  return {
    properties: new Map([...arriving.properties, ...message.properties, ['payload', payload]]),
    rest: arriving.rest,
  }
}

/** The places at which a node runs and sends messages. */
function sendersOf(network: PlaceGraph, id: string): FlowPlace[] {
  return network.placesOf(id).filter((place) => place.node.id === id && place.role === 'node')
}
