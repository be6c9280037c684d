import type { Node, NodeAPI } from 'node-red'
import { damageOf, isDownloadable, isPresent, type Model } from '../../src/models'
import { Cancelled, type DownloadEvent, onDownload } from '../../src/models/store'
import { failure } from '../shared/controls'
import { type Say, sayings } from '../shared/say'
import { throttle } from '../shared/throttle'

/**
 * Shows in a node's status that its weights aren't downloaded yet, and the progress of their download.
 * @returns a function that stops it
 */
export function followDownload(RED: NodeAPI, node: Node, model: Model, chosen: string | undefined): () => void {
  const say = sayings(RED)
  // A missing variant is reported when the node runs.
  const variant = model.variants.find(({ id }) => id === (chosen || model.variants[0]?.id))
  if (!variant || !isDownloadable(variant)) return () => {}
  const show = throttle(250, (status: Status) => node.status(status))
  if (damageOf(model, variant)) show({ fill: 'red', shape: 'ring', text: say('damaged') })
  else if (!isPresent(model, variant)) show(absent(say))
  const stop = onDownload((event) => {
    if (event.model.id === model.id && event.variant.id === variant.id) show(statusOf(say, event))
  })
  return () => {
    stop()
    show.cancel()
  }
}

type Status = Parameters<Node['status']>[0]

function absent(say: Say): Status {
  return { fill: 'grey', shape: 'ring', text: say('absent') }
}

function statusOf(say: Say, { progress, error }: DownloadEvent): Status {
  if (error instanceof Cancelled) return absent(say)
  if (error) return failure(error)
  if (!progress) return { fill: 'grey', shape: 'dot', text: say('downloaded') }
  const percent = Math.floor((progress.received / progress.total) * 100)
  const text = say(progress.step === 'pausing' ? 'pausing' : 'downloading', { percent })
  return { fill: 'blue', shape: 'ring', text }
}
