import type { Node, NodeAPI } from 'node-red'
import { rememberStrings } from '../../src/files'
import type { Checker, FlowNode, Graph } from '../../src/flow'
import { underWay } from '../../src/images'
import { usualValue } from '../../src/models'
import {
  type Answer,
  type Call,
  type CallOptions,
  Calls,
  endsBehind,
  type Fields,
  flowFields,
  isOfFlow,
  type KnownModels,
  type LastResult,
  outputProperties,
  type PublishedModel,
  RequestError,
  type ResultListener,
} from '../../src/serving/index'
import { othersTurn } from '../../src/types'
import { deployedFlow, idInFlow } from '../shared/deployed-flow'
import { modelOf } from '../shared/known-models'
import { openQuery } from '../shared/queries'
import { throttle } from '../shared/throttle'
import type { MarkedMessage } from './marked-message'

export interface PublishedFlowOptions {
  name: string
  description: string
  command: string
  places: number
  /** Milliseconds. */
  timeout: number
  /** Whether all clients may see the last result. */
  share: boolean
  /** Its address, shown to people. */
  address: string
}

/** Properties that route messages or control nodes. Clients can't set them. */
const NOT_FROM_OUTSIDE: ReadonlySet<string> = new Set(['control', 'req', 'res', 'error', 'parts', 'complete', 'reset'])

/** The status is updated at most this often. */
const SHOWN_EVERY_MS = 250

/** Facts about the flow after a `serve in` node, computed once per deploy. */
interface Known {
  checker: Checker
  fields: Fields
  ends: ReadonlySet<string>
  /** Names of the models in it, with their variants. */
  models: string[]
  /** Catch nodes, and whether they lead to one of the ends. */
  catchers: { node: FlowNode; leads: boolean }[]
}

/** The currently published flows, by the id of their `serve in` nodes. */
export const published = new Map<string, PublishedFlow>()

/** The flow between a `serve in` node and the `serve out` nodes after it, as a model. */
export class PublishedFlow implements PublishedModel {
  readonly name: string
  readonly description: string
  readonly command: string
  readonly address: string
  readonly calls: Calls
  readonly startedAt = performance.now()
  lastQueryAt: number | null = null
  private readonly result: LastResult = { outputs: null, error: null }
  private readonly listeners = new Set<ResultListener>()
  private known: Known | null = null

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly options: PublishedFlowOptions,
  ) {
    this.name = options.name
    this.description = options.description
    this.command = options.command
    this.address = options.address
    this.calls = new Calls(options)
  }

  get last(): LastResult | null {
    return this.options.share ? this.result : null
  }

  fields(): Fields {
    return this.lookUp().fields
  }

  models(): string[] {
    return this.lookUp().models
  }

  /**
   * Whether a Catch node for a node's errors leads to one of the ends, so that the flow itself answers failed
   * queries.
   */
  catchesErrorsOf(id: string): boolean {
    const { graph } = deployedFlow(this.RED)
    const hearing = this.lookUp().catchers.filter(({ node }) => hears(graph, node, id))
    const first = hearing.filter(({ node }) => !node.config.uncaught)
    return (first.length > 0 ? first : hearing).some(({ leads }) => leads)
  }

  others(): PublishedFlow[] {
    return [...published.values()].filter((flow) => flow !== this && flow.address.startsWith('http'))
  }

  /** Whether this flow's messages may reach a `serve out` node. */
  endsAt(id: string): boolean {
    return this.lookUp().ends.has(id)
  }

  /** To be called when the flows have changed. */
  forget(): void {
    this.known = null
  }

  listen(listener: ResultListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  admit(): void {
    this.calls.admit()
  }

  async query(read: () => Promise<Record<string, unknown>>, options: CallOptions): Promise<Answer> {
    const { ends } = this.lookUp()
    if (ends.size === 0) throw new RequestError(503, 'No "serve out" node is wired after this one')
    const call = options.inLine ? await this.calls.beginInTurn(options) : this.calls.begin(options)
    this.lastQueryAt = performance.now()
    this.showPlaces()
    const end = openQuery(call.mark, call.acknowledge, options.continues)
    const work = async () => {
      // Reading the inputs, processing and writing the result may each take long, so other work gets a turn
      // in between.
      const inputs = await read()
      await othersTurn()
      this.send(call, inputs)
      await call.answer.catch(() => {})
    }
    underWay(work, { refuses: true }).catch(call.fail)
    try {
      const answer = await call.answer
      end(false)
      await othersTurn()
      if (!answer.isAcknowledgement) this.publish(answer.outputs)
      return answer
    } catch (error) {
      const { status } = error as RequestError
      end(status === 504 || status === 499)
      if (isOfFlow(error)) this.publishError((error as Error).message)
      throw error
    } finally {
      this.showPlaces()
    }
  }

  /** Sends a query's values as a message, unless the query ended while they were being read. */
  private send({ mark, answer }: Call, inputs: Record<string, unknown>): void {
    if (!this.calls.find(mark)) return
    const forget = rememberStrings(Object.values(inputs))
    answer.then(forget, forget)
    const msg: MarkedMessage = { _msgid: mark, _query: mark }
    for (const { name, property, twice } of this.lookUp().fields.inputs) {
      if (inputs[name] === undefined) continue
      this.RED.util.setMessageProperty(msg, property, inputs[name], true)
      if (twice && /^[a-z]\w*$/i.test(name) && !NOT_FROM_OUTSIDE.has(name)) Object.assign(msg, { [name]: inputs[name] })
    }
    this.node.send(msg)
  }

  /** Stores the last result and sends it to all listeners. */
  publish(outputs: Record<string, unknown>): void {
    Object.assign(this.result, { outputs, error: null })
    if (this.options.share) for (const listener of this.listeners) listener.data(outputs)
  }

  /** The values, by output name, of a message that has reached a `serve out` node with this setting. */
  valuesAtEnd(setting: unknown, msg: MarkedMessage): Record<string, unknown> {
    const { outputs } = this.lookUp().fields
    return Object.fromEntries(
      outputProperties(setting).map((property) => {
        const name = outputs.find((field) => field.property === property)?.name ?? property
        return [name, this.RED.util.getMessageProperty(msg, property)]
      }),
    )
  }

  /** The values that a node within the flow has sent: its named outputs, or the payload. */
  valuesSent(node: Node, port: number, msg: MarkedMessage): Record<string, unknown> {
    const named = this.lookUp()
      .checker.outputs(idInFlow(node), port)
      .filter(({ name }) => name !== undefined)
    const views = named.length > 0 ? named : [{ property: 'payload', name: 'payload' }]
    return Object.fromEntries(
      views.map(({ property, name }) => [name, this.RED.util.getMessageProperty(msg, property) as unknown]),
    )
  }

  private publishError(sentence: string): void {
    this.result.error = sentence
    if (this.options.share) for (const listener of this.listeners) listener.error(sentence)
  }

  /**
   * Throttled: there may be many queries per second, and translating a count takes as long as a short query.
   */
  private readonly showPlaces = throttle<void>(SHOWN_EVERY_MS, () => {
    if (published.get(this.node.id) !== this) return // a newer node with this id shows its own status
    const { count } = this.calls
    if (count > 0) this.node.status({ fill: 'blue', shape: 'ring', text: this.RED._('serve.underWay', { count }) })
    else this.showRest()
  })

  /** Shows the status while no query is in progress. */
  showRest(): void {
    if (this.lookUp().ends.size === 0)
      this.node.status({ fill: 'yellow', shape: 'ring', text: this.RED._('serve.noEnd') })
    else this.node.status({ fill: 'green', shape: 'dot', text: this.options.address })
  }

  private lookUp(): Known {
    this.known ??= this.look()
    return this.known
  }

  private look(): Known {
    const { graph, declarations, checker } = deployedFlow(this.RED)
    const id = idInFlow(this.node)
    const ends = endsBehind(graph, checker, id)
    return {
      checker,
      fields: flowFields(graph, declarations, id, knownModels),
      ends,
      models: modelsAmong([...checker.reach(id)].flatMap((other) => graph.node(other) ?? [])),
      catchers: [...graph.ids()].flatMap((other) => {
        const node = graph.node(other)
        if (node?.type !== 'catch' || node.disabled) return []
        return [{ node, leads: [...endsBehind(graph, checker, other)].some((end) => ends.has(end)) }]
      }),
    }
  }
}

function modelsAmong(nodes: FlowNode[]): string[] {
  const found = nodes.flatMap(({ type, config }) => {
    const label = modelOf(type, config)?.label
    return label ? [config.variant ? `${label} (${config.variant})` : label] : []
  })
  return [...new Set(found)]
}

/** Whether a Catch node gets a node's errors. Errors inside a subflow also go to the flow around it. */
function hears(graph: Graph, { config, z }: FlowNode, id: string): boolean {
  const node = graph.node(id)
  const isInside = node?.z !== undefined && graph.node(node.z)?.type === 'subflow'
  if (isInside && z !== node.z) return true
  if (Array.isArray(config.scope)) return config.scope.includes(id)
  if (z !== node?.z) return false
  if (config.scope !== 'group') return true
  let group = node?.config.g
  while (typeof group === 'string' && group !== config.g) group = graph.node(group)?.config.g
  return group !== undefined
}

const knownModels: KnownModels = {
  usual({ type, config }, property) {
    const model = modelOf(type, config)
    return model && { value: usualValue(model, config, property) }
  },
  aliases({ type, config }, output) {
    const ports = modelOf(type, config)?.outputs.flat() ?? []
    return ports.flatMap(({ name, aliases = [] }) => (name === output ? aliases : []))
  },
}

/** The query that a message belongs to, if it is still in progress. */
export function findQuery({ _query, _msgid }: MarkedMessage): { flow: PublishedFlow; call: Call } | null {
  for (const flow of published.values()) {
    const call = flow.calls.find(_query) ?? flow.calls.find(_msgid)
    if (call) return { flow, call }
  }
  return null
}
