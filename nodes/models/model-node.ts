import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { createQueue, type Engine, type QueueOptions } from '../../src/engine'
import { findVariant, type Model, type ModelResult, outputPorts, runModel, type Variant } from '../../src/models'
import { ValueError } from '../../src/types'
import { engineFor } from '../shared/engine'
import { tellModel } from '../shared/known-models'
import { createMeter, sayMetrics } from '../shared/metrics'
import { createPreview } from '../shared/preview'
import { asSentence } from '../shared/sentence'
import { createStatus } from '../shared/status'
import { readMessage } from './read-message'
import { type OutputFormat, writeMessages } from './write-messages'

/** Settings of a model's node besides its options. All of them may be missing. */
export interface ModelConfig extends NodeDef {
  variant?: string
  engine?: string
  format?: OutputFormat
  queue?: QueueOptions['policy']
  limit?: number | string
  [option: string]: unknown
}

/** Milliseconds that a run under way gets when its node closes; Node-RED waits 15 seconds. */
const CLOSE_LIMIT = 10_000

/** Registers the node of a model. */
export function registerModel(RED: NodeAPI, model: Model): void {
  tellModel(model.node, () => model)
  RED.nodes.registerType(model.node, function (this: Node, config: ModelConfig) {
    RED.nodes.createNode(this, config)
    runNode(RED, this, model, config)
  })
}

/** Runs a model on each message that comes to a node. */
export function runNode(RED: NodeAPI, node: Node, model: Model, config: ModelConfig): void {
  const engine = engineFor(RED, node, config.engine)
  const preview = createPreview(RED, node.id)
  const status = createStatus(node)
  const { policy, limit } = queueOptions(config)
  const queue = createQueue({ policy, limit }, (job: Waiting) => run(RED, model, config, engine, job))
  const meter = createMeter(node, () => queue.waiting)

  node.on('input', async (msg: NodeMessage & { control?: unknown }, send, done) => {
    if (msg.control === 'status') {
      status.figures(sayMetrics(meter.metrics))
      return done()
    }
    try {
      if (policy === 'all' && queue.waiting >= limit) {
        throw new ValueError(`${queue.waiting} messages are waiting already, so this one is not run`)
      }
      const pushed = queue.push({ msg, since: performance.now() })
      status.started(queue.waiting)
      const result = await pushed
      if ('dropped' in result) {
        meter.dropped()
        return done()
      }
      const { messages, variant, device, ms, outputs } = result.done
      meter.ran(result.done)
      status.done(device, ms.pre + ms.run + ms.post, queue.waiting, queue.dropped)
      preview.show(outputs[outputPorts(model, variant)[0]?.[0]?.name ?? ''])
      send(messages)
      done()
    } catch (error) {
      meter.failed()
      const sentence = asSentence(error)
      status.failed(sentence.message)
      done(sentence)
    }
  })

  node.on('close', async (removed: boolean, done: () => void) => {
    preview.close()
    if (queue.waiting > 0)
      node.log(
        `${queue.waiting} waiting messages were dropped, because the flow was deployed again or Node-RED is ending.`,
      )
    const giveUp = setTimeout(() => engine.cancel(), CLOSE_LIMIT)
    await queue.close()
    clearTimeout(giveUp)
    await engine.close()
    status.close()
    meter.close(removed)
    done()
  })
}

interface Run extends ModelResult {
  variant: Variant
  messages: NodeMessage[]
}

/** A message, and when it came (of `performance.now`). */
interface Waiting {
  msg: NodeMessage
  since: number
}

async function run(
  RED: NodeAPI,
  model: Model,
  config: ModelConfig,
  engine: Engine,
  { msg, since }: Waiting,
): Promise<Run> {
  const queued = performance.now() - since
  const variant = findVariant(model, config.variant)
  const result = await runModel(model, variant, readMessage(RED, model, variant, config, msg), engine)
  const messages = await writeMessages(RED, outputPorts(model, variant), result.outputs, config.format ?? 'value', msg)
  return { ...result, ms: { ...result.ms, wait: result.ms.wait + queued }, variant, messages }
}

/** Every message is kept, up to a limit, unless the node is told otherwise. Else one message waits behind the one at work. */
function queueOptions({ queue, limit }: ModelConfig): QueueOptions {
  const policy = queue === 'latest' || queue === 'drop' ? queue : 'all'
  const most = Math.floor(Number(limit))
  return { policy, limit: policy !== 'all' ? 1 : most >= 1 ? most : 50 }
}
