import { element } from '../../editor/dom'
import { say } from '../data'
import { hide } from '../dom'
import { frameOf, openStream, type Stream } from './camera-stream'

/** A camera whose picture stays on the page until it is switched off. */
export function createLiveCamera(failed: (sentence: string) => void) {
  const video = element('video', { muted: true, playsInline: true })
  video.setAttribute('aria-label', say('camera'))
  let stream: Stream | null = null
  hide(video, true)
  return {
    element: video,
    isOn: () => stream !== null,
    async toggle(): Promise<void> {
      if (stream) {
        stream.stop()
        stream = null
        video.srcObject = null
      } else {
        hide(video, false) // hidden videos may not play
        stream = await openStream(video, 'user', failed)
      }
      hide(video, stream === null)
    },
    /** Null if it is off. */
    frame: (): Promise<Blob | null> => (stream ? frameOf(video) : Promise.resolve(null)),
  }
}
