import type { Node, NodeAPI } from 'node-red'
import { RequestError } from '../../src/serving/index'
import { isAudio, isImage, isSegmentation } from '../../src/types'
import { idInFlow } from '../shared/deployed-flow'
import type { MarkedMessage } from './marked-message'
import { findQuery, published } from './published-flow'

/** Node-RED's message hooks, which its published types lack. */
interface Hooks {
  add(hook: string, listener: (event: never) => void): void
  remove(hook: string): void
}

interface SendEvent {
  msg: MarkedMessage
  source: { id: string; node: Node & { type: string }; port: number }
}

const LABEL = 'daisychainServe'
let watchers = 0

/**
 * Watches the messages of queries on their way through the flow. If a node fails, the query fails at once
 * with the node's sentence. If links are requested, what each node sends is kept. Call `unwatch` as often as
 * `watch`.
 */
export function watch(RED: NodeAPI, node: Node): void {
  const { hooks } = RED as unknown as { hooks?: Hooks }
  if (watchers++ > 0) return
  hearErrors(node)
  hooks?.add(`onSend.${LABEL}`, (events: SendEvent[]) => {
    if (![...published.values()].some(({ calls }) => calls.keepsLinks)) return
    for (const { msg, source } of events) keepLink(msg, source)
  })
}

export function unwatch(RED: NodeAPI): void {
  const { hooks } = RED as unknown as { hooks?: Hooks }
  if (--watchers > 0) return
  watchers = 0
  hooks?.remove(`*.${LABEL}`)
  for (const quieten of quietenAll.splice(0)) quieten()
}

const quietenAll: (() => void)[] = []

/**
 * Every error that a node reports for a message, by an exception, `done(error)` or `node.error(text, msg)`,
 * goes through one method shared by all nodes. Node-RED has no hook for it.
 */
function hearErrors(node: Node): void {
  let prototype = Object.getPrototypeOf(node) as Partial<Pick<Node, 'error'>> | null
  while (prototype && !Object.hasOwn(prototype, 'error')) prototype = Object.getPrototypeOf(prototype)
  const error = prototype?.error
  if (!prototype || !error) return
  const heard: Node['error'] = function (this: Node, said, msg) {
    error.call(this, said, msg)
    if (watchers > 0 && typeof msg === 'object' && msg !== null) fail(this, said, msg)
  }
  const holder = prototype
  holder.error = heard
  quietenAll.push(() => {
    if (holder.error === heard) holder.error = error // otherwise another wrapper was installed later, and it calls ours
  })
}

function fail(node: Node, said: unknown, msg: MarkedMessage): void {
  const found = findQuery(msg)
  if (found && !found.flow.catchesErrorsOf(idInFlow(node))) found.call.fail(new RequestError(500, sentenceOf(said)))
}

/** A wire to two nodes counts as one link. A node that only passes on its input adds none. */
function keepLink(msg: MarkedMessage, { id, node, port }: SendEvent['source']): void {
  const found = findQuery(msg)
  if (!found?.call.keepsLinks || node.type === 'daisychain-serve-in') return
  const outputs = found.flow.valuesSent(node, port, msg)
  const known = new Set(found.call.links.flatMap((link) => Object.values(link.outputs).map(sameOf)))
  if (Object.values(outputs).every((value) => known.has(sameOf(value)))) return
  found.call.links.push({ id, node: node.name || node.type, outputs })
}

/** A key that is the same for all copies that Node-RED makes of a value. */
function sameOf(value: unknown): unknown {
  if (isAudio(value)) return value.samples
  return isImage(value) || isSegmentation(value) ? value.pixels : value
}

export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : (error as { message?: unknown } | null)?.message
  if (typeof message === 'string' && message) return message
  return (typeof error === 'object' ? JSON.stringify(error) : String(error)) || 'A node failed without giving a reason'
}
