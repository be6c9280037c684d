import type { Node, NodeAPI, NodeMessage } from 'node-red'
import { createQueue } from '../../src/engine'
import { queryRemote, type RemoteModel } from '../../src/serving/index'
import { readSettings } from '../../src/settings'
import { ValueError } from '../../src/types'
import { answerRequest, NOT_RUN } from '../shared/answer-request'
import { applyFileSettings } from '../shared/file-rules'
import { traced } from '../shared/last-results'
import { createPreview } from '../shared/preview'
import { queueOptions } from '../shared/queue-options'
import { registerNode } from '../shared/register-node'
import { asSentence } from '../shared/sentence'
import { createStatus } from '../shared/status'
import { type Secrets, tokenFor } from '../shared/token-for'
import { addAdminRoutes } from './admin'
import { node as spec } from './node'
import { createSequences } from './sequences'
import { modelOf, queryOptions, type RemoteConfig } from './settings'

type RemoteNode = Node<Secrets>

/** Registers the node that runs a model on another server. */
export = (RED: NodeAPI): void => {
  applyFileSettings(RED)
  registerNode(RED, spec, (node: RemoteNode, config: RemoteConfig) => start(RED, node, config))
  addAdminRoutes(RED)
}

function start(RED: NodeAPI, node: RemoteNode, config: RemoteConfig): void {
  const preview = createPreview(RED, node.id)
  const status = createStatus(RED, node)
  const settings = readSettings(spec.settings, config, ({ message }) => node.warn(`${message}; using the default.`))
  const { policy, limit } = queueOptions(settings)
  const token = tokenFor(RED, node, [config.url ?? ''])
  let running = new AbortController()
  const queue = createQueue({ policy, limit }, (msg: NodeMessage) => run(msg))
  const host = hostOf(config.url)
  const sequences = createSequences()

  async function run(msg: NodeMessage) {
    const model = modelOf(config)
    const startedAt = performance.now()
    const inputs = Object.fromEntries(
      model.inputs.map(({ name, property }) => [name, RED.util.getMessageProperty(msg, property) as unknown]),
    )
    const sequence = sequences(msg, Object.values(inputs))
    const options = { ...queryOptions(settings), token, sequence, signal: running.signal }
    const outputs = await queryRemote(config.url ?? '', model, inputs, options)
    return { model, outputs, ms: performance.now() - startedAt }
  }

  node.on('input', async (msg: NodeMessage & { cancel?: unknown }, send, done) => {
    if (msg.cancel === true) {
      running.abort()
      running = new AbortController()
      return done()
    }
    try {
      if (policy === 'all' && queue.waiting >= limit) {
        throw new ValueError(`the queue is full (${queue.waiting} messages), so this one was rejected`, 'busy')
      }
      const pushed = queue.push(msg)
      status.started(queue.waiting)
      const result = await pushed
      if ('dropped' in result) {
        answerRequest(msg, 503, NOT_RUN)
        return done()
      }
      const { model, outputs, ms } = result.done
      status.done(host, ms, queue.waiting, queue.dropped)
      const sent = written(RED, model, outputs, msg)
      preview.show(outputs[mainOutput(model)], {}, traced(msg, sent))
      send(sent)
      done()
    } catch (error) {
      const sentence = asSentence(error)
      status.failed(sentence)
      done(sentence)
    }
  })

  node.on('close', async (done: () => void) => {
    running.abort()
    preview.close()
    await queue.close()
    status.close()
    done()
  })
}

function written(
  RED: NodeAPI,
  { outputs }: RemoteModel,
  values: Record<string, unknown>,
  msg: NodeMessage,
): NodeMessage {
  const message = { ...msg }
  // If the server doesn't describe its outputs, all of them are returned.
  if (outputs.length === 0) return { ...message, payload: values }
  for (const { name, property } of outputs) RED.util.setMessageProperty(message, property, values[name], true)
  return message
}

function mainOutput({ outputs }: RemoteModel): string {
  return outputs.find(({ property }) => property === 'payload')?.name ?? ''
}

function hostOf(url: string | undefined): string {
  return URL.canParse(url ?? '') ? new URL(url ?? '').host : ''
}
