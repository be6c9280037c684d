import type { NodeAPI } from 'node-red'
import { answerRequest, isAwaited } from '../nodes/shared/answer-request'
import { type DeployedFlow, deployedFlow } from '../nodes/shared/deployed-flow'
import type { Graph } from '../src/flow'

interface Node {
  id: string
  type: string
  _alias?: string
  /** How many of its listeners take a `done` to call. */
  _expectedDoneCount?: number
}
interface Message {
  res?: object
}
interface Delivery {
  msg: Message
  destination: { id: string; node: Node }
}
interface Hooks {
  add(name: string, listener: (event: never) => void): void
  remove(name: string): void
}

/** A request that waits for its answer. */
interface Request {
  message: Message
  /** Whether it has come to a node of this package. */
  isOurs: boolean
  /** The nodes that have it, with how many of its messages. */
  holders: Map<Node, number>
  /** The one that got it last: it may keep it though it is done. */
  last: Node | undefined
  /** It was sent to a node that is not there, because the flow is being deployed. */
  isLost: boolean
}

const label = `daisychainAnswer${Math.random().toString(36).slice(2)}`
const AGAIN = 'The flow was redeployed while this request was running: try again.'

/**
 * Answers requests that came in by `http in` and to a node of this package, and would wait for ever: where the node fails, and
 * the flow answers neither by a Catch node nor on another way; and where a deploy has taken the nodes away that had them.
 *
 * @returns how to take it back
 */
export function answerRequests(RED: NodeAPI): () => void {
  const { hooks } = RED as unknown as { hooks: Hooks }
  const events = RED.events as unknown as NodeJS.EventEmitter
  const waiting = new Map<object, Request>()
  let isDeploying = false

  hooks.add(`preRoute.${label}`, ({ msg, destination: { id } }: Delivery) => {
    if (!isDeploying || RED.nodes.getNode(id)) return
    const request = requestOf(msg)
    if (!request) return
    request.isLost = true
    request.isOurs ||= isOurs({ type: typeOf(RED, id) })
  })

  hooks.add(`preDeliver.${label}`, ({ msg, destination: { node } }: Delivery) => {
    const request = requestOf(msg)
    if (!request) return
    request.isOurs ||= isOurs(node)
    request.isLost = false
    request.last = node
    if (node._expectedDoneCount !== 0) request.holders.set(node, (request.holders.get(node) ?? 0) + 1)
  })

  hooks.add(`onComplete.${label}`, ({ msg, error, node: { node } }: Completion) => {
    const request = msg && requestOf(msg)
    if (!msg || !request) return
    const left = (request.holders.get(node) ?? 0) - 1
    if (left > 0) request.holders.set(node, left)
    else request.holders.delete(node)
    if (!error || !isOurs(node) || isAnsweredElsewhere(RED, node)) return
    const { code } = error as { code?: unknown }
    const status = code === 'value' ? 400 : code === 'busy' ? 503 : 500
    answerRequest(msg, status, String((error as { message?: unknown }).message ?? error))
  })

  const stopping = () => {
    isDeploying = true
  }
  const stopped = ({ type = 'full' }: { type?: string } = {}) => {
    if (type === 'full') answer(() => true)
  }
  const started = () => {
    isDeploying = false
    answer(({ holders, last, isLost }) => {
      const holding = holders.size > 0 ? [...holders.keys()] : last && !isLost ? [last] : []
      return holding.every((node) => RED.nodes.getNode(node.id) !== (node as unknown))
    })
  }
  events.on('flows:stopping', stopping).on('flows:stopped', stopped).on('flows:started', started)

  return () => {
    hooks.remove(`*.${label}`)
    events.off('flows:stopping', stopping).off('flows:stopped', stopped).off('flows:started', started)
  }

  function requestOf(msg: Message): Request | undefined {
    if (!msg.res || !isAwaited(msg)) return undefined
    const { res } = msg
    const { _res: response } = res as { _res: NodeJS.EventEmitter }
    const known = waiting.get(response)
    if (known) return known
    const request = { message: { res }, isOurs: false, holders: new Map(), last: undefined, isLost: false }
    waiting.set(response, request)
    const over = () => waiting.delete(response)
    response.once('finish', over).once('close', over)
    return request
  }

  function answer(isOver: (request: Request) => boolean): void {
    for (const [response, request] of waiting) {
      if (!request.isOurs || !isOver(request)) continue
      waiting.delete(response)
      answerRequest(request.message, 503, AGAIN)
    }
  }
}

function typeOf(RED: NodeAPI, id: string): string {
  return deployedFlow(RED).graph.node(id)?.type ?? ''
}

interface Completion {
  msg?: Message
  error?: unknown
  node: { node: Node }
}

function isOurs({ type }: Pick<Node, 'type'>): boolean {
  return type.startsWith('daisychain-')
}

/** Whether the flow may still answer a message that a node has failed with. */
function isAnsweredElsewhere(RED: NodeAPI, node: Node): boolean {
  const { graph, checker } = deployedFlow(RED)
  const id = node._alias ?? node.id
  const answers = (from: string) =>
    [...checker.reach(from)].some((other) => graph.node(other)?.type === 'http response')
  return catchersOf(graph, id).some(answers) || isAnsweredBeside({ graph, checker }, id)
}

/** The Catch nodes that may hear of a node's errors: on its tab, or where its subflow is used. */
function catchersOf(graph: Graph, id: string): string[] {
  const tabs = new Set([graph.node(id)?.z])
  for (const z of tabs)
    for (const other of graph.ids()) if (graph.node(other)?.type === `subflow:${z}`) tabs.add(graph.node(other)?.z)
  return [...graph.ids()].filter((other) => {
    const node = graph.node(other)
    if (node?.type !== 'catch' || node.disabled || !tabs.has(node.z)) return false
    const { scope } = node.config
    return !Array.isArray(scope) || scope.includes(id)
  })
}

/** Whether an `http in` node that leads to the node leads to an answer without it too. */
function isAnsweredBeside({ graph, checker }: Pick<DeployedFlow, 'graph' | 'checker'>, id: string): boolean {
  return [...graph.ids()].some((start) => {
    if (graph.node(start)?.type !== 'http in' || !checker.reach(start).has(id)) return false
    const seen = new Set([start])
    for (const at of seen) {
      if (at === id) continue
      const node = graph.node(at)
      if (node?.type === 'http response') return true
      const links = node?.type === 'link out' && Array.isArray(node.config.links) ? (node.config.links as string[]) : []
      for (const next of [...(node?.wires.flat() ?? []), ...links]) seen.add(next)
    }
    return false
  })
}
