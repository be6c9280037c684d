import type { Node, NodeAPI, NodeMessage } from 'node-red'
import { createFlight } from './in-flight'
import { cloneQuickly } from './quick-to-clone'

/** Sends the last message again when options change, so that the picture follows. */
export interface SendAgain {
  /** The message to send again from now on. */
  remember(msg: NodeMessage): void
  /** An option has changed. */
  changed(): void
  close(): void
}

/**
 * @param interval at least this many ms between two messages; none is sent until the flow has finished with
 * the last
 * @param put adds the current options to a message
 */
export function createSendAgain(
  RED: NodeAPI,
  node: Node,
  interval: number,
  put: (msg: NodeMessage) => NodeMessage,
): SendAgain {
  const flight = createFlight(RED.hooks, () => {})
  let last: { msg: NodeMessage; at: number } | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const clone = (msg: NodeMessage) => cloneQuickly((one) => RED.util.cloneMessage(one), msg)

  async function send(): Promise<void> {
    await flight.room(1)
    timer = undefined
    if (!last || isClosed) return
    const _msgid = RED.util.generateId()
    const msg = put({ ...clone(last.msg), _msgid })
    last.at = performance.now()
    flight.follow(_msgid, () => node.send([msg, null]))
  }

  return {
    remember(msg) {
      last = { msg: clone(msg), at: performance.now() }
    },
    changed() {
      if (last) timer ??= setTimeout(() => void send(), Math.max(0, last.at + interval - performance.now()))
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      flight.close()
    },
  }
}
