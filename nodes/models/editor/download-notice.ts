import './variants.css'
import { element } from '../../../src/editor/dom'
import { say } from '../../../src/editor/shell/words'
import { type Say, wordsOf } from '../../shared/editor/say'
import { cancelDownload, heard, type Progress, reasonOf, startDownload, type VariantState } from './requests'
import { offlineWay, progressOf, progressView } from './weights'

/** A node, and the variant offered for it. */
export interface Replacement {
  node: EditorNode
  model: string
  variant: VariantState
}

const ID = 'daisychain-download'

/**
 * Downloads variants, with a notice that shows the progress. Without a network it shows the reason, the next
 * attempt, and how to get the files offline.
 * @param again what *Try again* does if the download fails
 * @returns whether all variants were downloaded
 */
export async function downloadWithNotice(missing: readonly Replacement[], again: () => void): Promise<boolean> {
  const [first] = missing
  if (!first) return true
  const words = wordsOf(first.node, 'common.weights')
  const begun = element('span', {}, say('unfamiliarGetting', { percent: 0 }))
  const content = element('div', { className: 'daisychain-weights-state' }, begun)
  const notice = RED.notify(content, { fixed: true, id: ID })
  let isCancelled = false
  const cancel = () => {
    isCancelled = true
    for (const { model, variant } of missing) void cancelDownload(model, variant.id)
  }
  let hasPaused = false
  const show = (percent: number, { progress, variant }: Far) => {
    const isPausing = progress?.step === 'pausing'
    if (isPausing && !hasPaused) content.replaceChildren(...progressView(progress, [variant], words, cancel))
    hasPaused ||= isPausing
    const line = isPausing ? progressOf(progress, words) : element('span', {}, say('unfamiliarGetting', { percent }))
    // The rest of the notice is kept: someone may have unfolded it.
    content.firstElementChild?.replaceWith(line)
  }
  try {
    await downloadAll(missing, show)
    return true
  } catch (error) {
    if (!isCancelled) tellFailure(error, missing, words, again)
    return false
  } finally {
    notice.close()
  }
}

function tellFailure(error: unknown, missing: readonly Replacement[], words: Say, again: () => void): void {
  const content = element(
    'div',
    { className: 'daisychain-failed' },
    element('p', {}, error instanceof Error ? error.message : reasonOf(error)),
    offlineWay(
      missing.map(({ variant }) => variant),
      words,
    ),
  )
  const notice = RED.notify(content, {
    type: 'error',
    fixed: true,
    buttons: [
      { text: say('close'), click: () => notice.close() },
      {
        text: say('unfamiliarAgain'),
        click() {
          notice.close()
          again()
        },
      },
    ],
  })
}

/** One download's latest message. */
interface Far {
  variant: VariantState
  progress: Progress | null
}

function downloadAll(downloads: readonly Replacement[], tell: (percent: number, latest: Far) => void): Promise<void> {
  const left = new Map(downloads.map(({ model, variant }) => [`${model}/${variant.id}`, variant]))
  const received = new Map<string, number>()
  const total = downloads.reduce((sum, { variant }) => sum + variant.bytes, 0)
  const topic = 'daisychain/download/#'
  return new Promise<void>((resolve, reject) => {
    const end = (error?: unknown) => {
      RED.comms.unsubscribe(topic, listen)
      if (error) reject(error)
      else resolve()
    }
    const listen = (from: string, data: unknown) => {
      const key = from.slice('daisychain/download/'.length)
      const variant = left.get(key)
      if (!variant) return
      const { progress, present, error } = heard(data)
      if (error) return end(new Error(error))
      received.set(key, present ? variant.bytes : (progress?.received ?? 0))
      if (present) left.delete(key)
      const sum = [...received.values()].reduce((a, b) => a + b, 0)
      tell(Math.min(99, Math.floor((100 * sum) / Math.max(1, total))), { variant, progress })
      if (left.size === 0) end()
      else if (progress === null && !present) end(new Error(say('unfamiliarCancelled')))
    }
    RED.comms.subscribe(topic, listen)
    for (const { model, variant } of downloads) startDownload(model, variant.id, variant.licence).catch(end)
  })
}
