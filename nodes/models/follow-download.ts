import type { Node } from 'node-red'
import { isDownloadable, isPresent, type Model } from '../../src/models'
import { Cancelled, type DownloadEvent, onDownload } from '../../src/models/store'
import { throttle } from '../shared/throttle'

const ABSENT = { fill: 'grey', shape: 'ring', text: 'not downloaded yet' } as const

/** Shows under a node that its weights are not there yet, and how far their download is. Returns how to stop. */
export function followDownload(node: Node, model: Model, chosen: string | undefined): () => void {
  // One that there is not is said when the node runs.
  const variant = model.variants.find(({ id }) => id === (chosen || model.variants[0]?.id))
  if (!variant || !isDownloadable(variant)) return () => {}
  const show = throttle(250, (status: Parameters<Node['status']>[0]) => node.status(status))
  if (!isPresent(model, variant)) show(ABSENT)
  const stop = onDownload((event) => {
    if (event.model.id === model.id && event.variant.id === variant.id) show(statusOf(event))
  })
  return () => {
    stop()
    show.cancel()
  }
}

function statusOf({ progress, error }: DownloadEvent): Parameters<Node['status']>[0] {
  if (error instanceof Cancelled) return ABSENT
  if (error) return { fill: 'red', shape: 'ring', text: error.message }
  if (!progress) return { fill: 'grey', shape: 'dot', text: 'downloaded' }
  const share = `${Math.floor((progress.received / progress.total) * 100)} %`
  const text = progress.step === 'pausing' ? `download pauses at ${share}` : `downloading ${share}`
  return { fill: 'blue', shape: 'ring', text }
}
