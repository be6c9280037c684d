import type { Node, NodeAPI } from 'node-red'
import { shownText } from '../../src/types'
import { nameMakers } from './lost-bytes'
import { quickToClone } from './quick-to-clone'
import { resaid } from './sentence'

const plain = new WeakSet<object>()

/**
 * Makes everything our nodes report, in statuses, in the log and to Catch nodes, one line without control
 * characters: file names and servers' words come from strangers, who could otherwise write their own lines
 * into the log. `registerNode` calls it for each set of nodes, because Node-RED gives each set its own `RED`.
 */
export function speakPlainly(RED: NodeAPI): void {
  const { nodes, log } = RED
  if (plain.has(nodes)) return
  plain.add(nodes)
  const { createNode } = nodes
  nodes.createNode = (node, config) => {
    createNode.call(nodes, node, config)
    speak(RED, node)
  }
  for (const level of ['info', 'warn', 'error'] as const) {
    const tell = log[level]
    log[level] = (line: unknown) => tell.call(log, plainly(line))
  }
}

function speak(RED: NodeAPI, node: Node): void {
  const { status, error, warn, log } = node
  node.status = (given) => {
    const isRecord = typeof given === 'object' && given !== null
    status.call(node, isRecord ? { ...given, ...('text' in given && { text: plainly(given.text) as string }) } : given)
  }
  node.error = (said, msg) =>
    error.call(
      node,
      resaid(plainly(said), (sentence) => nameMakers(RED, node, sentence)),
      quickToClone(msg),
    )
  node.warn = (said) => warn.call(node, plainly(said))
  node.log = (said) => log.call(node, plainly(said))
}

function plainly(said: unknown): unknown {
  if (typeof said === 'string') return shownText(said)
  return said instanceof Error ? plainError(said) : said
}

/**
 * Our own errors keep the several lines of their stack, but a stranger's words in the message become one line
 * there too.
 */
export function plainError(error: Error): Error {
  const message = shownText(error.message)
  if (message === error.message) return error
  const stack = (error.stack ?? '').replace(error.message, () => message)
  return Object.assign(new Error(message), { ...error, name: error.name, stack, message })
}
