import type { Node, NodeAPI, NodeDef } from 'node-red'
import { RequestError } from '../../src/serving/index'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { findQuery, type MarkedMessage, published } from './marks'
import { serveOut } from './node'
import { sentenceOf } from './watch'

interface ServeOutConfig extends NodeDef {
  /** Message properties that are sent besides the payload, with commas between. */
  also?: string
}

export function registerServeOut(RED: NodeAPI): void {
  registerNode(RED, serveOut, (node: Node, config: ServeOutConfig) => {
    const preview = createPreview(RED, node.id)
    const id = (node as Node & { _alias?: string })._alias ?? node.id

    node.on('input', (msg: MarkedMessage, _send, done) => {
      const found = findQuery(msg)
      preview.show(msg.payload)
      if (found) answer(found, config, msg)
      else if (typeof msg._query === 'string')
        node.status({ fill: 'yellow', shape: 'ring', text: RED._('serve.tooLate') })
      else show(id, config, msg)
      if (found) node.status({})
      done()
    })
    node.on('close', () => {
      preview.close()
      node.status({})
    })
  })
}

function answer(
  { flow, call }: NonNullable<ReturnType<typeof findQuery>>,
  config: ServeOutConfig,
  msg: MarkedMessage,
): void {
  if (msg.error) {
    const status = Number(msg.statusCode)
    call.fail(new RequestError(status >= 400 && status <= 599 ? status : 500, sentenceOf(msg.error)))
    return
  }
  const values = flow.valuesAtEnd(config.also, msg)
  if (msg.complete === false) call.partial(values, typeof msg.progress === 'number' ? msg.progress : undefined)
  else call.succeed(values)
}

/** A message that no query asked for, as from a camera: everyone who looks at the flow behind sees it. */
function show(id: string, config: ServeOutConfig, msg: MarkedMessage): void {
  for (const flow of published.values()) {
    if (!flow.endsAt(id)) continue
    flow.calls.noteUnmarked()
    if (!msg.error) flow.publish(flow.valuesAtEnd(config.also, msg))
  }
}
