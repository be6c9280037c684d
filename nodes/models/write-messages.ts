import type { NodeAPI, NodeMessage } from 'node-red'
import { encodeDataURI, encodeImage } from '../../src/images'
import type { Port } from '../../src/models'
import { isImage } from '../../src/types'

/** How a node sends its images. */
export type OutputFormat = 'value' | 'png' | 'jpeg' | 'webp' | 'dataURI'

/** One message for each output of the node: a copy of the input message with that output's properties. */
export function writeMessages(
  RED: NodeAPI,
  ports: Port[][],
  outputs: Record<string, unknown>,
  format: OutputFormat,
  msg: NodeMessage,
): Promise<NodeMessage[]> {
  return Promise.all(
    ports.map(async (output) => {
      const message = { ...msg }
      for (const { name, property } of output) {
        RED.util.setMessageProperty(message, property, await present(outputs[name], format), true)
      }
      return message
    }),
  )
}

/**
 * An image in the requested format; every other value unchanged. A data URI is a JPEG for colour, a PNG for grey or
 * alpha.
 */
async function present(value: unknown, format: OutputFormat): Promise<unknown> {
  if (!isImage(value) || format === 'value') return value
  if (format === 'dataURI') return encodeDataURI(value, value.channels === 3 ? 'jpeg' : 'png')
  return encodeImage(value, format)
}
