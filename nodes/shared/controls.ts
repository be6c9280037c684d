import type { Node, NodeMessage } from 'node-red'
import { underWay } from '../../src/images'
import { isEmpty } from '../../src/settings'
import { quoteValue, ValueError } from '../../src/types'
import { asSentence, brief } from './sentence'
import { throttle } from './throttle'

type Status = Parameters<Node['status']>[0]
type Send = (message: NodeMessage | (NodeMessage | null)[]) => void
export type Show = ((status: Status) => void) & { cancel(): void }

/** Milliseconds between two updates of a node's status. */
const STATUS_INTERVAL = 250

/** Shows a node's status. Of many in quick succession, only the latest is shown. */
export const statusOf = (node: Node): Show => throttle(STATUS_INTERVAL, (status: Status) => node.status(status))

/** The status of a node that failed. */
export const failure = ({ message }: Error): Status => ({ fill: 'red', shape: 'ring', text: brief(message) })

/** Does `work` with each message. Errors are shown at the node and passed to Catch nodes. */
export function onInput<M extends NodeMessage>(
  node: Node,
  work: (msg: M, send: Send) => unknown,
  show: (status: Status) => void = (status) => node.status(status),
): void {
  // Messages don't wait for one another. Only the decoding of messages behind the first is limited.
  let before: Promise<unknown> = Promise.resolve()
  node.on('input', async (msg, send, done) => {
    try {
      const working = underWay(() => work(msg as M, send as Send), { turn: before })
      before = Promise.allSettled([before, working])
      await working
      done()
    } catch (error) {
      const sentence = asSentence(error)
      show(failure(sentence))
      done(sentence)
    }
  })
}

/**
 * The action that `msg.control` or a button asks for; null if none.
 * @throws ValueError for an unknown action
 */
export function readControl<T extends string>(asked: unknown, controls: readonly T[]): T | null {
  if (isEmpty(asked)) return null
  const control = controls.find((known) => known === asked)
  if (control) return control
  const [last, ...others] = [...controls].reverse()
  throw new ValueError(`control is ${quoteValue(asked)}, but must be ${others.reverse().join(', ')} or ${last}`)
}
