import type { NodeAPI } from 'node-red'
import { thumbnail } from '../../src/images'
import { throttle } from './throttle'

const SIDE = 160
const TEXT = 200

export interface Preview {
  /** Shows a value inside the node: pictures and label maps small, texts by their beginning. Other values show nothing. */
  show(value: unknown): void
  /** Takes it away, for good. */
  close(): void
}

/** The live picture inside a node, in every open editor: at most four a second, made off the main thread. */
export function createPreview(RED: NodeAPI, id: string): Preview {
  const topic = `daisychain/preview/${id}`
  let closed = false

  const show = throttle(250, (value: unknown) => {
    render(value).then(
      (content) => {
        if (content && !closed) RED.comms.publish(topic, content, true)
      },
      (error: Error) => RED.log.debug(`Daisychain: no preview of ${id}: ${error.message}`),
    )
  })

  return {
    show,
    close() {
      closed = true
      show.cancel()
      // Not retained: this also makes the runtime forget the last one.
      RED.comms.publish(topic, {}, false)
    },
  }
}

async function render(value: unknown): Promise<{ image?: string; text?: string } | null> {
  if (typeof value === 'string') return { text: value.slice(0, TEXT) }
  const image = await thumbnail(value, SIDE)
  return image ? { image } : null
}
