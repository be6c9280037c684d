import type { NodeAPI } from 'node-red'
import { answerRequest, isAwaited } from '../nodes/shared/answer-request'
import { type DeployedFlow, deployedFlow } from '../nodes/shared/deployed-flow'
import type { Graph } from '../src/flow'

interface Node {
  id: string
  type: string
  _alias?: string
}
interface Message {
  res?: object
}
interface Hooks {
  add(name: string, listener: (event: never) => void): void
  remove(name: string): void
}

const label = `daisychainAnswer${Math.random().toString(36).slice(2)}`
const AGAIN = 'The flow was redeployed while this request was running: try again.'

/**
 * Answers requests that came in by `http in` and to a node of this package, and would wait for ever: where the node fails, and
 * the flow answers neither by a Catch node nor on another way; and where a full deploy has taken the flow away.
 *
 * @returns how to take it back
 */
export function answerRequests(RED: NodeAPI): () => void {
  const { hooks } = RED as unknown as { hooks: Hooks }
  const events = RED.events as unknown as NodeJS.EventEmitter
  const waiting = new Map<object, Message>()

  hooks.add(`postReceive.${label}`, ({ msg, destination: { node } }: { msg: Message; destination: { node: Node } }) => {
    if (!msg.res || !isOurs(node) || !isAwaited(msg)) return
    const { res } = msg
    const { _res: response } = res as { _res: NodeJS.EventEmitter }
    if (waiting.has(response)) return
    waiting.set(response, { res })
    const over = () => waiting.delete(response)
    response.once('finish', over).once('close', over)
  })

  hooks.add(`onComplete.${label}`, ({ msg, error, node: { node } }: Completion) => {
    if (!error || !msg || !isOurs(node) || !isAwaited(msg) || isAnsweredElsewhere(RED, node)) return
    const { code } = error as { code?: unknown }
    const status = code === 'value' ? 400 : code === 'busy' ? 503 : 500
    answerRequest(msg, status, String((error as { message?: unknown }).message ?? error))
  })

  const stopped = ({ type }: { type?: string } = {}) => {
    if (type !== undefined && type !== 'full') return // What was not deployed again still answers.
    for (const message of waiting.values()) answerRequest(message, 503, AGAIN)
    waiting.clear()
  }
  events.on('flows:stopped', stopped)

  return () => {
    hooks.remove(`*.${label}`)
    events.off('flows:stopped', stopped)
  }
}

interface Completion {
  msg?: Message
  error?: unknown
  node: { node: Node }
}

function isOurs({ type }: Node): boolean {
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
