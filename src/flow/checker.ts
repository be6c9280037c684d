import { isProblem, type PortType } from '../types'
import type { Want } from './behaviour'
import type { Declarations } from './declaration'
import type { Graph } from './graph'
import {
  type Demand,
  demandsBehind,
  type Following,
  type Inside,
  nameBefore,
  nameBehind,
  reachedFrom,
  wantedInside,
  wireKey,
} from './hands-on'
import { arriving, infer, sent } from './infer'
import { type Judged, worstOfInstances } from './instances'
import { judgeWire, type TextSource, type WireFinding } from './judge'
import { type Message, parsePath, property, read } from './message'
import type { FlowPlace, Scope } from './place'
import { PlaceGraph } from './place-graph'
import type { Problem, Report, WireEnd, WireJudgement } from './report'
import { textSourceOf } from './rules'
import { sentence } from './sentences'
import { findUnsaid } from './unsaid'
import { type PortView, viewInput, viewOutput } from './views'

export interface Checker {
  readonly report: Report
  /**
   * The nodes with ports or incoming wires that may have changed in the last update; null if all may have.
   */
  readonly touched: ReadonlySet<string> | null
  /**
   * Rechecks the nodes that were added, removed or changed, and all nodes that they can reach. For a changed
   * wire, pass the id of its source. Returns the new report.
   */
  update(changed: Iterable<string>): Report
  /**
   * The types that the node's input needs, for colours, tooltips and the help. Empty if it accepts anything.
   */
  inputs(id: string): PortView[]
  /** All properties that the node's input reads, including pictures that it accepts only in another form. */
  wants(id: string): readonly Want[]
  /** The types that an output sends, as inferred. Empty if nothing is known. */
  outputs(id: string, port: number): PortView[]
  /**
   * The types that arrive at the node's input, with the name that the sending node gives them. Empty if
   * nothing is known.
   */
  arriving(id: string): PortView[]
  /** All known types that may arrive at the node's input in a message property, or at a path inside one. */
  mayArrive(id: string, property: string): PortType[]
  /** The inputs that receive what the node sends, nearest first. */
  demands(id: string, following?: Following): Iterable<Demand>
  /**
   * The name that the next node gives to a payload derived from this node's output; undefined if there is
   * none.
   */
  nameBehind(id: string): string | undefined
  /** The name that a previous node gave to the payload before other nodes transformed it. */
  nameBefore(id: string): string | undefined
  /** The ids of the nodes that the node's messages may reach, however they are changed on the way; nearest first. */
  reach(id: string): Set<string>
  /**
   * The judgement on a wire between two nodes, even if the wire doesn't exist yet (while it is being
   * dragged).
   */
  judge(from: WireEnd, to: { id: string }): WireJudgement
}

/**
 * Infers what every wire carries and judges every wire. An unusual flow isn't an error: whatever can't be
 * analysed is unknown.
 */
export function checkFlow(graph: Graph, declarations: Declarations): Report {
  return createChecker(graph, declarations).report
}

/** The part of the report that belongs to one node. */
interface Entry {
  wires: readonly WireJudgement[]
  problems: readonly Problem[]
}

const NO_PROBLEMS: readonly Problem[] = []

export function createChecker(graph: Graph, declarations: Declarations): Checker {
  let network: PlaceGraph
  /** The report in parts, by the node at the end of the wires. Missing parts must be rebuilt. */
  let entries: Map<string, Entry>
  /** The node names that the report uses. */
  let names: Map<string, string>
  /** Cached until the next update. */
  const insides = new Map<FlowPlace, Inside>()
  let touched: Set<string> | null = null
  let report = start()

  return {
    get report() {
      return report
    },
    get touched() {
      return touched
    },
    update(changed) {
      const ids = [...changed]
      // A node that was moved out of a subflow no longer contributes to what the instances need.
      const left = ids
        .flatMap((id) => network.placesOf(id).flatMap(entriesAround))
        .map((entry) => network.receiverAt(entry))
      const places = network.update(ids)
      insides.clear()
      touched = new Set(ids)
      if (places) {
        recheck(places)
        for (const id of ids) forget(id)
        for (const id of left) lookAgain(id)
        report = makeReport()
      } else {
        report = start()
      }
      return report
    },
    inputs(id) {
      const [place] = network.placesOf(id)
      return viewInput(place?.node.id === id ? (wantsOf(place) ?? []) : [])
    },
    wants(id) {
      const [place] = network.placesOf(id)
      return (place && wantsOf(place)) ?? []
    },
    outputs(id, port) {
      const senders = [...network.senders(id, port)]
      const names = senders[0]?.place.behaviour.names?.[senders[0].port]
      return viewOutput(senders.map((sender) => sent(sender.place, sender.port))).map((view) => {
        const name = names && Object.hasOwn(names, view.property) ? names[view.property] : undefined
        return name === undefined ? view : { ...view, name }
      })
    },
    arriving(id) {
      const messages = network.placesOf(id).map((place) => arriving(network, place))
      return viewOutput(messages).map((view) => {
        const name = nameOfArriving(messages, view)
        return name === undefined ? view : { ...view, name }
      })
    },
    mayArrive(id, name) {
      const path = parsePath(name) ?? [name]
      const found = network.placesOf(id).flatMap((place) => read(arriving(network, place), path))
      return found.flatMap(({ type }) => type ?? [])
    },
    demands: (id, following) => demandsBehind(network, id, following),
    nameBehind: (id) => nameBehind(network, id),
    nameBefore: (id) => nameBefore(network, id),
    reach: (id) => new Set(Array.from(reachedFrom(network, id), ({ node }) => node.id)),
    judge(from, to) {
      for (const place of network.placesOf(to.id)) {
        const sender = network.sender(from.id, from.port, place.scope)
        if (sender) return describe(from, to.id, findings(sent(sender.place, sender.port), place)[0])
      }
      return describe(from, to.id)
    },
  }

  /** The name of an arriving value: the one that its only maker gives to the output port that sends it. */
  function nameOfArriving(messages: readonly Message[], { property: key, types }: PortView): string | undefined {
    const found = messages.flatMap((message) => property(message, key)).filter(({ type }) => type)
    const origins = new Set(found.map(({ origin }) => origin))
    const [place] = origins.size === 1 ? network.placesOf(found[0]?.origin ?? '') : []
    if (!place?.behaviour.names) return undefined
    const port = place.outputs?.findIndex((message) => property(message, key).some(({ type }) => type === types[0]))
    return port === undefined || port < 0 ? undefined : place.behaviour.names[port]?.[key]
  }

  function start(): Report {
    network = new PlaceGraph(graph, declarations)
    entries = new Map()
    names = new Map()
    insides.clear()
    infer(network, network.places.values())
    touched = null
    return makeReport()
  }

  function recheck(places: Iterable<FlowPlace>): void {
    for (const place of infer(network, places)) {
      lookAgain(network.receiverAt(place))
      touched?.add(place.node.id)
      // An instance needs whatever the nodes inside it need.
      for (const entry of entriesAround(place)) lookAgain(network.receiverAt(entry))
    }
  }

  function wantsOf(place: FlowPlace): readonly Want[] | null {
    return place.role === 'entry' ? inside(place).wants : place.behaviour.wants
  }

  function inside(entry: FlowPlace): Inside {
    const known = insides.get(entry) ?? wantedInside(network, entry, wantsOf)
    insides.set(entry, known)
    return known
  }

  function lookAgain(id: string): void {
    entries.delete(id)
    touched?.add(id)
  }

  /**
   * Makes the next report recheck its statements about a node and about all nodes that may mention it by
   * name.
   */
  function forget(id: string): void {
    lookAgain(id)
    for (const source of network.namedBy(id)) lookAgain(source)
    const name = names.get(id)
    if (name === undefined) return
    if (!graph.node(id)) {
      names.delete(id) // sentences that mention it are about wires from it, which are rechecked anyway
    } else if (name !== currentName(id)) {
      entries.clear()
      names.clear()
      touched = null
    }
  }

  function makeReport(): Report {
    const wires: WireJudgement[] = []
    const problems: Problem[] = []
    for (const id of graph.ids()) {
      let entry = entries.get(id)
      if (!entry) {
        entry = makeEntry(id)
        entries.set(id, entry)
      }
      for (const wire of entry.wires) wires.push(wire)
      for (const problem of entry.problems) problems.push(problem)
    }
    return { wires, problems }
  }

  function makeEntry(id: string): Entry {
    const judged = worstOfInstances(network.placesOf(id), judgeArrivals)
    const wires = judged.map(({ from, findings, instance }) => describe(from, id, findings[0], instance))
    let problems = NO_PROBLEMS
    judged.forEach(({ from, findings, instance }, i) => {
      const wrong = findings.filter(isProblem)
      if (wrong.length === 0) return
      const found = wrong.map((one) => (one === findings[0] ? wires[i] : describe(from, id, one, instance)) as Problem)
      problems = problems.concat(found)
    })
    for (const { from, to } of network.loose(id)) wires.push(describe(from, to))
    return { wires, problems }
  }

  function judgeArrivals(place: FlowPlace): Judged[] {
    const judged: Judged[] = []
    const arrivals = network.arrivals(place)
    const { asks } = place.behaviour
    const unsaid = asks?.length
      ? findUnsaid(
          asks,
          arrivals.map(({ place: source, port }) => sent(source, port)),
        )
      : null
    arrivals.forEach(({ place: source, port, wire }, i) => {
      if (!wire) return
      const all = findings(sent(source, port), place)
      const own = place.scope.entry ? all.filter((finding) => !isJudgedOutside(source, port, place, finding)) : all
      const found = own.length > 0 ? own : [UNKNOWN]
      const asked = unsaid?.[i]
      judged.push({ from: wire, findings: asked?.length ? [...asked, ...found] : found, instance: null })
    })
    return judged
  }

  /** Whether the wrong value entered the subflow unchanged, so that the wire to the instance is at fault. */
  function isJudgedOutside(source: FlowPlace, port: number, place: FlowPlace, finding: WireFinding): boolean {
    if (!isProblem(finding)) return false
    const key = wireKey(source, port, place, finding.property)
    return entriesAround(place).some((entry) => inside(entry).judged.has(key))
  }

  function findings(message: Message, place: FlowPlace): WireFinding[] {
    return judgeWire(message, wantsOf(place), textSource)
  }

  function textSource(origin: string): TextSource {
    const node = graph.node(origin)
    return node ? textSourceOf(node) : null
  }

  function describe(
    from: WireEnd,
    to: string,
    finding: WireFinding = UNKNOWN,
    instance: Scope | null = null,
  ): WireJudgement {
    const { verdict, property, given, wanted, converter, unsaid } = finding
    const origin = finding.origin === '' || finding.origin === from.id ? null : finding.origin
    const isSilent = verdict === 'match' || verdict === 'unknown'
    const message = isSilent
      ? ''
      : sentence(finding, {
          source: nameOf(from.id),
          origin: origin === null ? null : nameOf(origin),
          target: nameOf(to),
          instance: instance?.entry ? nameOf(instance.entry.node.id) : null,
        })
    const judgement = { from, to: { id: to }, verdict, property, given, wanted, message, converter, origin }
    return unsaid === undefined ? judgement : { ...judgement, unsaid }
  }

  function nameOf(id: string): string {
    const name = currentName(id)
    names.set(id, name)
    return name
  }

  function currentName(id: string): string {
    const node = graph.node(id)
    if (!node) return id
    if (node.name !== '') return node.name
    if (node.type.startsWith('subflow:')) return graph.node(node.type.slice('subflow:'.length))?.name || 'subflow'
    return declarations.get(node.type)?.label ?? node.type
  }
}

/** The instances that a place is inside, innermost first. */
function entriesAround({ scope }: FlowPlace): FlowPlace[] {
  const entries: FlowPlace[] = []
  for (let { entry } = scope; entry; entry = entry.scope.entry) if (entry.node.type !== 'subflow') entries.push(entry)
  return entries
}

const UNKNOWN: WireFinding = {
  verdict: 'unknown',
  property: 'payload',
  given: null,
  wanted: null,
  words: '',
  converter: null,
  origin: '',
}
