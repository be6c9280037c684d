import type { Node, NodeAPI, NodeDef } from 'node-red'
import { toXmp } from '../../src/provenance'
import { RequestError } from '../../src/serving/index'
import { idInFlow } from '../shared/deployed-flow'
import { provenanceAt } from '../shared/made-by'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { asSentence } from '../shared/sentence'
import { carryXmp } from './carry-xmp'
import type { MarkedMessage } from './marked-message'
import { serveOut } from './node'
import { findQuery, published } from './published-flow'
import { sentenceOf } from './watch'

interface ServeOutConfig extends NodeDef {
  /** Message properties that are sent in addition to the payload, separated by commas. */
  also?: string
  /** Whether its pictures contain a record of how they were made. */
  provenance?: boolean
}

export function registerServeOut(RED: NodeAPI): void {
  registerNode(RED, serveOut, (node: Node, config: ServeOutConfig) => {
    const preview = createPreview(RED, node.id)
    const id = idInFlow(node)
    let last: Promise<unknown> = Promise.resolve()

    node.on('input', async (msg: MarkedMessage, _send, done) => {
      const found = findQuery(msg)
      preview.show(msg.payload)
      if (typeof msg._query === 'string' && !found)
        node.status({ fill: 'yellow', shape: 'ring', text: RED._('serve.tooLate') })
      else if (config.provenance) await giveTold(found, msg)
      else give(found, msg)
      if (found) node.status({})
      done()
    })

    function give(found: ReturnType<typeof findQuery>, msg: MarkedMessage, xmp?: string): void {
      if (found) answer(found, config, msg, xmp)
      else show(id, config, msg, xmp)
    }

    /** Results keep their order while their records are made. */
    function giveTold(found: ReturnType<typeof findQuery>, msg: MarkedMessage): Promise<unknown> {
      const work = async () => give(found, msg, toXmp(await provenanceAt(RED, id, msg)))
      last = last.then(work).catch((error) => {
        found?.call.fail(new RequestError(500, sentenceOf(error)))
        node.error(asSentence(error).message)
      })
      return last
    }

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
  xmp: string | undefined,
): void {
  if (msg.error) {
    const status = Number(msg.statusCode)
    call.fail(new RequestError(status >= 400 && status <= 599 ? status : 500, sentenceOf(msg.error)))
    return
  }
  const values = told(flow.valuesAtEnd(config.also, msg), xmp)
  if (msg.complete === false) call.partial(values, typeof msg.progress === 'number' ? msg.progress : undefined)
  else call.succeed(values)
}

/** Handles a message without a query, such as a camera's: everyone viewing the flow sees it. */
function show(id: string, config: ServeOutConfig, msg: MarkedMessage, xmp: string | undefined): void {
  for (const flow of published.values()) {
    if (!flow.endsAt(id)) continue
    flow.calls.noteUnmarked()
    if (!msg.error) flow.publish(told(flow.valuesAtEnd(config.also, msg), xmp))
  }
}

function told(values: Record<string, unknown>, xmp: string | undefined): Record<string, unknown> {
  return xmp ? carryXmp(values, xmp) : values
}
