import type { NodeAPI } from 'node-red'
import { answerRequest, isAwaited } from '../nodes/shared/answer-request'
import { type DeployedFlow, deployedFlow } from '../nodes/shared/deployed-flow'
import { isSentence } from '../nodes/shared/sentence'
import type { Graph } from '../src/flow'

interface Node {
  id: string
  type: string
  _alias?: string
  /** How many of the node's listeners call `done` themselves. */
  _expectedDoneCount?: number
}
interface Message {
  res?: object
}
interface Delivery {
  msg: Message
  source: { node: Node }
  destination: { id: string; node: Node }
}
interface Hooks {
  add(name: string, listener: (event: never) => void): void
  remove(name: string): void
}

/** A request that is waiting for its answer. */
interface Request {
  message: Message
  /** Whether a node of this package comes after the node where it arrived. */
  isOurs: boolean
  /** The nodes that are working on it → how many of its messages each has. */
  holders: Map<Node, number>
  /** The node that received it last; it may keep the request after its `done`. */
  last: Node | undefined
  /** Whether it was sent to a node that doesn't exist, because the flow is being or was just deployed. */
  isLost: boolean
}

const label = `daisychainAnswer${Math.random().toString(36).slice(2)}`
const AGAIN = 'The flow was redeployed while this request was running: try again.'

/**
 * Answers requests from `http in` that would otherwise wait forever: if a node of this package fails and the
 * flow has no Catch node or other path that answers, and if a deploy has removed the nodes that were working
 * on them, of whatever package.
 * @returns how to undo it
 */
export function answerRequests(RED: NodeAPI): () => void {
  const { hooks } = RED as unknown as { hooks: Hooks }
  const events = RED.events as unknown as NodeJS.EventEmitter
  const waiting = new Map<object, Request>()
  let isDeploying = false

  hooks.add(`preRoute.${label}`, ({ msg, source, destination: { id } }: Delivery) => {
    const request = requestOf(msg, source.node)
    if (!request || (isRunning(source.node) && (!isDeploying || RED.nodes.getNode(id)))) return
    request.isLost = true // unless it arrives
    // A request whose body took longer than the deploy comes from a removed node, and reaches none.
    if (!isDeploying) setImmediate(answerOver)
  })

  hooks.add(`preDeliver.${label}`, ({ msg, source, destination: { node } }: Delivery) => {
    const request = requestOf(msg, source.node)
    if (!request) return
    if (!isRunning(source.node)) request.holders.delete(source.node) // it sent the message just before it was removed
    request.isLost = false
    request.last = node
    if (node._expectedDoneCount !== 0) request.holders.set(node, (request.holders.get(node) ?? 0) + 1)
  })

  hooks.add(`onComplete.${label}`, ({ msg, error, node: { node } }: Completion) => {
    const request = msg?.res && waiting.get(responseOf(msg.res))
    if (!msg || !request) return
    const left = (request.holders.get(node) ?? 0) - 1
    if (left > 0) request.holders.set(node, left)
    // A node that closes reports the messages it discards as done.
    else if (isRunning(node)) request.holders.delete(node)
    // Messages to other nodes may have failed on the way, where pictures are encoded.
    if (!error || !(isOurs(node) || isSentence(error)) || isAnsweredElsewhere(RED, node)) return
    const { code } = error as { code?: unknown }
    // Anything else, such as an error in the flow's own code, isn't the client's fault.
    const status = code === 'value' ? 400 : code === 'busy' ? 503 : 500
    answerRequest(msg, status, String((error as { message?: unknown }).message ?? error))
  })

  const stopping = () => {
    isDeploying = true
  }
  const started = () => {
    isDeploying = false
    answerOver()
  }
  events.on('flows:stopping', stopping).on('flows:stopped', answerOver).on('flows:started', started)

  return () => {
    hooks.remove(`*.${label}`)
    events.off('flows:stopping', stopping).off('flows:stopped', answerOver).off('flows:started', started)
  }

  /** @param from the node that sends the message */
  function requestOf(msg: Message, from: Node): Request | undefined {
    if (!msg.res || !isAwaited(msg)) return undefined
    const { res } = msg
    const response = responseOf(res)
    const known = waiting.get(response)
    if (known) return known
    const request = { message: { res }, isOurs: leadsToUs(from), holders: new Map(), last: undefined, isLost: false }
    waiting.set(response, request)
    const over = () => waiting.delete(response)
    response.once('finish', over).once('close', over)
    return request
  }

  function leadsToUs({ id, _alias = id }: Node): boolean {
    const { graph, checker } = deployedFlow(RED)
    return [...checker.reach(_alias)].some((other) => isOurs({ type: graph.node(other)?.type ?? '' }))
  }

  function isRunning(node: Node): boolean {
    return RED.nodes.getNode(node.id) === (node as unknown)
  }

  function answerOver(): void {
    for (const [response, request] of waiting) {
      if (!isOver(request)) continue
      waiting.delete(response)
      answerRequest(request.message, 503, AGAIN)
    }
  }

  /** Whether no node is left that could answer. */
  function isOver(request: Request): boolean {
    const { holders, last, isLost } = request
    if ([...holders.keys()].some(isRunning)) return false
    if (isLost || holders.size > 0) return true
    // A node may have stored a request in a context for another node to answer: that is up to the flow.
    return last !== undefined && !isRunning(last) && (request.isOurs || last.type === 'trigger')
  }
}

function responseOf(res: object): NodeJS.EventEmitter {
  return (res as { _res: NodeJS.EventEmitter })._res
}

interface Completion {
  msg?: Message
  error?: unknown
  node: { node: Node }
}

function isOurs({ type }: Pick<Node, 'type'>): boolean {
  return type.startsWith('daisychain-')
}

/** Whether the flow may still answer a message on which a node has failed. */
function isAnsweredElsewhere(RED: NodeAPI, node: Node): boolean {
  const { graph, checker } = deployedFlow(RED)
  const id = node._alias ?? node.id
  const answers = (from: string) =>
    [...checker.reach(from)].some((other) => graph.node(other)?.type === 'http response')
  return catchersOf(graph, id).some(answers) || isAnsweredBeside({ graph, checker }, id)
}

/** The Catch nodes that may get a node's errors: on its tab, or where its subflow is used. */
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

/** Whether an `http in` node that leads to the node also leads to an answer without it. */
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
