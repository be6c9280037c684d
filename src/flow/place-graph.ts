import { type Behaviour, PASS } from './behaviour'
import { behaviourOf } from './behaviours'
import type { Declarations } from './declaration'
import type { FlowNode, Graph } from './graph'
import { filterMessage } from './message'
import { Naming, outputsOf, portWires } from './naming'
import type { Arrival, FlowPlace, Neighbours, Scope } from './place'
import type { WireEnd } from './report'
import { environmentOf } from './settings'

export interface Call {
  call: FlowPlace | null
  region: ReadonlySet<FlowPlace>
}

const NO_WIRES: never[] = []
const NO_CALL: Call = { call: null, region: new Set() }

/** Nested subflows multiply. The contents of instances beyond these limits aren't checked. */
const MAX_PLACES = 20_000
const MAX_SUBFLOW_DEPTH = 20

const RETURN: Behaviour = { wants: [], send: (arriving) => [filterMessage(arriving)] }

/** The running flow: all places and the connections between them. */
export class PlaceGraph {
  readonly places = new Map<string, FlowPlace>()
  private readonly byNode = new Map<string, FlowPlace[]>()
  private readonly scopes = new Map<string, Scope[]>()
  private readonly inner = new Map<FlowPlace, Scope>()
  /** A link call → the place where its answer comes back. */
  private readonly returns = new Map<FlowPlace, FlowPlace>()
  private readonly naming = new Naming()
  private readonly shapes = new Map<string, string>()
  private readonly root: Scope = { prefix: '', subflow: null, entry: null, exits: [], depth: 0 }
  /** A link call's return → the link outs that answer it, and the reverse. */
  private readonly answers = new Map<FlowPlace, readonly FlowPlace[]>()
  /**
   * A link call's return → the call, and the places that its messages pass before they are answered; and the
   * reverse.
   */
  private readonly calls = new Map<FlowPlace, Call>()
  private readonly returnsBehind = new Map<FlowPlace, FlowPlace[]>()
  /** Counts the updates. */
  private state = 0
  private readonly answered = new Map<FlowPlace, FlowPlace[]>()

  constructor(
    private readonly graph: Graph,
    private readonly declarations: Declarations,
  ) {
    const contents = new Map<string, FlowNode[]>()
    for (const id of graph.ids()) {
      const node = graph.node(id)
      if (!node) continue
      this.naming.set(id, node)
      this.shapes.set(id, shapeOf(node))
      const holder = this.holderOf(node)?.id ?? ''
      const there = contents.get(holder)
      if (there) there.push(node)
      else contents.set(holder, [node])
    }
    this.fill(this.root, contents)
    // A subflow without instances is checked on its own, even if it is empty, so that nodes can be added to
    // it
    const subflows = (contents.get('') ?? []).filter(({ type }) => type === 'subflow')
    for (const subflow of subflows.sort((a, b) => (a.id < b.id ? -1 : 1)))
      if (!this.scopes.has(subflow.id)) this.fill(this.open(subflow, subflow, this.root), contents)
    this.findAnswers()
    this.forgetNeighbours()
  }

  /** The places where wires to this id end: those of the node, or the exits of all instances of a subflow. */
  placesOf(id: string): readonly FlowPlace[] {
    return this.byNode.get(id) ?? []
  }

  /** The messages that arrive at a place. */
  arrivals(place: FlowPlace): readonly Arrival[] {
    const neighbours = this.neighbours(place)
    neighbours.before ??= this.findArrivals(place)
    return neighbours.before
  }

  private findArrivals(place: FlowPlace): readonly Arrival[] {
    const { scope, role } = place
    if (role === 'return')
      return (this.answers.get(place) ?? []).map((answer) => ({ place: answer, port: 0, wire: null }))
    const arrivals: Arrival[] = []
    if (role === 'exit')
      for (const { id, port } of portWires(scope.subflow?.config.out, place.port))
        this.fromPort(id, port, scope, arrivals)
    else if (place.node.type !== 'subflow')
      for (const id of this.naming.sources(place.node.id)) this.fromNode(id, place, arrivals)
    return arrivals
  }

  /**
   * The messages that arrive at a place from one of its source nodes, or from the input of its own subflow.
   */
  private fromNode(id: string, { node, scope }: FlowPlace, arrivals: Arrival[]): void {
    if (id === scope.subflow?.id) this.fromPort(id, 0, scope, arrivals)
    const source = this.places.get(scope.prefix + id)
    if (!source) return
    const { wires } = source.node
    for (let port = 0; port < wires.length; port++)
      if (wires[port]?.includes(node.id)) this.fromPort(id, port, scope, arrivals)
    if (node.type === 'link in' && sendsByLink(source)) arrivals.push({ place: source, port: 0, wire: null })
  }

  private fromPort(id: string, port: number, scope: Scope, arrivals: Arrival[]): void {
    const sender = this.sender(id, port, scope)
    if (sender) arrivals.push({ place: sender.place, port: sender.port, wire: { id, port } })
  }

  private neighbours(place: FlowPlace): Neighbours {
    const known = place.neighbours
    if (known?.state === this.state) return known
    place.neighbours = { state: this.state, after: null, before: null }
    return place.neighbours
  }

  private forgetNeighbours(): void {
    this.state++
  }

  /** The places that receive messages from a place. */
  following(place: FlowPlace): readonly FlowPlace[] {
    const neighbours = this.neighbours(place)
    neighbours.after ??= this.findFollowing(place)
    return neighbours.after
  }

  /** The places whose arriving messages may change if a place sends something else. */
  influenced(place: FlowPlace): readonly FlowPlace[] {
    const following = this.following(place)
    if (this.returnsBehind.size === 0) return following
    const returns = following.flatMap((next) => this.returnsBehind.get(next) ?? [])
    return returns.length > 0 ? [...new Set([...following, ...returns])] : following
  }

  /** The call that a link call's return belongs to. */
  callOf(back: FlowPlace): Call {
    return this.calls.get(back) ?? NO_CALL
  }

  private findFollowing(place: FlowPlace): readonly FlowPlace[] {
    const { node, role, scope } = place
    if (role === 'exit') return scope.entry ? this.receiving(scope.entry.node.id, scope.entry.scope) : []
    if (role === 'entry') {
      const inner = this.inner.get(place)
      return inner?.subflow ? this.receiving(inner.subflow.id, inner) : []
    }
    const places = this.receiving(node.id, scope)
    const callers = this.answered.get(place)
    if (callers) return [...places, ...callers]
    if (role === 'node') return places
    return places.filter((target) => (role === 'call') === (target.node.type === 'link in'))
  }

  /** The place and port from which a node's output port sends. */
  sender(id: string, port: number, scope: Scope = this.root): { place: FlowPlace; port: number } | null {
    if (id === scope.subflow?.id) return scope.entry && { place: scope.entry, port: 0 }
    const place = this.places.get(scope.prefix + id)
    if (place?.role === 'node') return { place, port }
    const after = place && (place.role === 'entry' ? this.inner.get(place)?.exits[port] : this.returns.get(place))
    return after ? { place: after, port: 0 } : null
  }

  /** The same in every scope in which the node runs. */
  *senders(id: string, port: number): Iterable<{ place: FlowPlace; port: number }> {
    const scopes = this.scopes.get(id) ?? Array.from(this.placesOf(id), ({ scope }) => scope)
    for (const scope of new Set(scopes)) {
      const sender = this.sender(id, port, scope)
      if (sender) yield sender
    }
  }

  /** A node's wires to nodes that don't exist. */
  loose(id: string): { from: WireEnd; to: string }[] {
    const place = this.placesOf(id)[0]
    if (place?.node.id !== id) return []
    const isLoose = (to: string) => !this.shapes.has(to)
    return place.node.wires.flatMap((targets, port) =>
      targets.some(isLoose) ? targets.filter(isLoose).map((to) => ({ from: { id, port }, to })) : NO_WIRES,
    )
  }

  /** The ids of nodes with wires or links to a node. */
  namedBy(id: string): Iterable<string> {
    return this.naming.sources(id)
  }

  /** The id that wires use to refer to a place. */
  receiverAt({ role, scope, node }: FlowPlace): string {
    return role === 'exit' && scope.subflow ? scope.subflow.id : node.id
  }

  /**
   * Updates the network for nodes that were added, removed or changed. Returns the places whose inputs or
   * outputs may have changed; null if subflows, tabs or link calls changed, so that the network must be
   * rebuilt.
   */
  update(ids: Iterable<string>): Set<FlowPlace> | null {
    const touched = new Set<FlowPlace>()
    for (const id of ids) {
      const node = this.graph.node(id)
      const shape = node ? shapeOf(node) : ''
      if ((this.shapes.get(id) ?? '') !== shape) return null
      for (const place of this.placesOf(id)) this.touch(place, touched)
      this.forgetNeighbours()
      this.naming.set(id, node)
      if (node) this.shapes.set(id, shape)
      else this.shapes.delete(id)
      if (shape === '') this.replace(id, node)
      else if (node) this.renew(node)
      for (const place of this.placesOf(id)) this.touch(place, touched)
    }
    this.forgetNeighbours()
    for (const place of this.findAnswers()) touched.add(place)
    for (const place of touched) for (const back of this.returnsBehind.get(place) ?? []) touched.add(back)
    this.forgetNeighbours()
    for (const place of touched) if (this.places.get(place.key) !== place) touched.delete(place)
    return touched
  }

  private touch(place: FlowPlace, touched: Set<FlowPlace>): void {
    const back = this.returns.get(place)
    for (const one of [place, ...(this.inner.get(place)?.exits ?? []), ...(back ? [back] : [])]) {
      touched.add(one)
      for (const next of this.following(one)) touched.add(next)
    }
  }

  private fill(scope: Scope, contents: ReadonlyMap<string, readonly FlowNode[]>): void {
    const waiting: Scope[] = [scope]
    for (const next of waiting)
      for (const node of contents.get(next.subflow?.id ?? '') ?? []) {
        const subflow = this.isRunning(node) ? this.subflowRunBy(node, next) : null
        if (subflow) waiting.push(this.open(node, subflow, next))
        else this.put(node, next)
      }
  }

  /** Creates the entry and exits of a subflow instance; `fill` creates the places inside. */
  private open(instance: FlowNode, subflow: FlowNode, scope: Scope): Scope {
    const entry = this.make(instance, scope, 'entry', scope.prefix + instance.id, PASS)
    const prefix = `${entry.key}\0`
    const inner: Scope = { prefix, subflow, entry, exits: [], depth: scope.depth + 1 }
    for (let port = 0; port < outputsOf(subflow); port++) {
      const exit = this.make(instance, inner, 'exit', `${prefix}\0${port}`, PASS, port)
      inner.exits.push(exit)
      this.register(subflow.id, exit)
    }
    this.register(instance.id, entry)
    this.inner.set(entry, inner)
    this.scopes.set(subflow.id, [...(this.scopes.get(subflow.id) ?? []), inner])
    return inner
  }

  private put(node: FlowNode, scope: Scope): void {
    if (!this.isRunning(node)) return
    const key = scope.prefix + node.id
    if (node.type === 'link call' && node.config.linkType !== 'dynamic') {
      const call = this.make(node, scope, 'call', key, PASS)
      const back = this.make(node, scope, 'return', `${key}\0`, RETURN)
      this.register(node.id, call)
      this.returns.set(call, back)
      this.answers.set(back, [])
    } else {
      this.register(node.id, this.make(node, scope, 'node', key, this.behaviourOf(node, scope)))
    }
  }

  private make(
    node: FlowNode,
    scope: Scope,
    role: FlowPlace['role'],
    key: string,
    behaviour: Behaviour,
    port = 0,
  ): FlowPlace {
    const place: FlowPlace = { key, role, node, scope, port, behaviour, outputs: null, neighbours: null }
    this.places.set(key, place)
    return place
  }

  private register(id: string, place: FlowPlace): void {
    const places = this.byNode.get(id)
    if (places) places.push(place)
    else this.byNode.set(id, [place])
  }

  /** Moves a plain node to the scopes in which it runs now. */
  private replace(id: string, node: FlowNode | undefined): void {
    const holder = node && this.holderOf(node)
    const scopes = node && this.isRunning(node) ? (holder ? (this.scopes.get(holder.id) ?? []) : [this.root]) : []
    const kept: FlowPlace[] = []
    for (const place of this.placesOf(id))
      if (scopes.includes(place.scope)) kept.push(place)
      else this.places.delete(place.key)
    this.byNode.set(id, kept)
    for (const scope of node ? scopes : []) {
      const place = this.places.get(scope.prefix + id)
      if (!node || !place) {
        if (node) this.put(node, scope)
        continue
      }
      place.node = node
      place.behaviour = this.behaviourOf(node, scope)
    }
  }

  /** Updates an instance or link call whose ports haven't changed. */
  private renew(node: FlowNode): void {
    for (const place of this.placesOf(node.id)) {
      if (place.node.id !== node.id) continue
      place.node = node
      for (const exit of this.inner.get(place)?.exits ?? []) exit.node = node
      const back = this.returns.get(place)
      if (back) back.node = node
    }
  }

  private behaviourOf(node: FlowNode, scope: Scope): Behaviour {
    return behaviourOf(node, this.declarations, environmentOf(this.graph, node, scope))
  }

  /** The places that receive messages from any port of a node or of a subflow's input. */
  private receiving(id: string, scope: Scope): FlowPlace[] {
    const places: FlowPlace[] = []
    for (const target of this.naming.targets(id)) {
      if (target === scope.subflow?.id) {
        for (const exit of scope.exits)
          if (portWires(scope.subflow.config.out, exit.port).some((wire) => wire.id === id)) places.push(exit)
      } else {
        const place = this.places.get(scope.prefix + target)
        if (place) places.push(place)
      }
    }
    return places
  }

  private holderOf(node: FlowNode): FlowNode | null {
    const holder = node.z === undefined ? undefined : this.graph.node(node.z)
    return holder?.type === 'subflow' ? holder : null
  }

  /** Whether the node runs. Config nodes and disabled nodes don't. */
  private isRunning(node: FlowNode): boolean {
    if (node.disabled || NOT_RUN.has(node.type)) return false
    return node.z === undefined || this.graph.node(node.z)?.disabled !== true
  }

  /** The definition, if the node is a subflow instance whose contents can be checked. */
  private subflowRunBy(node: FlowNode, scope: Scope): FlowNode | null {
    const id = /^subflow:(.+)$/s.exec(node.type)?.[1]
    const subflow = id === undefined ? undefined : this.graph.node(id)
    if (subflow?.type !== 'subflow' || scope.depth >= MAX_SUBFLOW_DEPTH || this.places.size > MAX_PLACES) return null
    for (let around: Scope | undefined = scope; around?.entry; around = around.entry.scope)
      if (around.subflow?.id === id) return null
    return subflow
  }

  /** Finds the link outs that answer each link call. Returns the returns whose link outs changed. */
  private findAnswers(): FlowPlace[] {
    const changed: FlowPlace[] = []
    this.answered.clear()
    this.returnsBehind.clear()
    for (const [call, back] of this.returns) {
      const before = this.answers.get(back) ?? []
      const region = this.reachedByCall(call)
      this.calls.set(back, { call, region })
      for (const place of region) this.returnsBehind.set(place, [...(this.returnsBehind.get(place) ?? []), back])
      const now = [...region].filter(isAnswer)
      this.answers.set(back, now)
      for (const answer of now) this.answered.set(answer, [...(this.answered.get(answer) ?? []), back])
      if (now.length !== before.length || now.some((answer, i) => answer !== before[i])) changed.push(back)
    }
    return changed
  }

  private reachedByCall(call: FlowPlace): Set<FlowPlace> {
    const reached = new Set([call])
    for (const place of reached) {
      if (isAnswer(place)) continue
      for (const next of this.following(place)) reached.add(next)
      const inner = place !== call && this.returns.get(place)
      if (inner) reached.add(inner)
    }
    reached.delete(call)
    return reached
  }
}

/** Whether the node is a link out that returns messages to the caller. */
function isAnswer({ node }: FlowPlace): boolean {
  return node.type === 'link out' && node.config.mode === 'return'
}

const NOT_RUN = new Set(['tab', 'subflow', 'group', 'comment', 'global-config'])

/** The properties of a node that affect the places of other nodes; empty for plain nodes. */
function shapeOf({ type, z, disabled, config }: FlowNode): string {
  const shaping = type === 'tab' || type === 'subflow' || type === 'group' || type === 'link call'
  if (!shaping && !type.startsWith('subflow:')) return ''
  const { env, g, links, linkType } = config
  return JSON.stringify([type, z, disabled, env, g, links, linkType, type === 'subflow' && [config.in, config.out]])
}

/** Whether the place is a link out that sends to link ins, or a link call. */
function sendsByLink({ role, node }: FlowPlace): boolean {
  return role === 'call' || (node.type === 'link out' && node.config.mode !== 'return')
}
