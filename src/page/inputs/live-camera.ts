import { element } from '../../editor/dom'
import { say } from '../data'
import { hide } from '../dom'
import { frameOf, openStream, type Stream } from './camera-stream'

/** A camera whose picture is shown on the page until it is switched off. */
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
        hide(video, false) // browsers may refuse to play a hidden video
        stream = await openStream(video, 'user', failed)
      }
      hide(video, stream === null)
    },
    /** The current picture as a JPEG; null if the camera is off. */
    frame: (): Promise<Blob | null> => (stream ? frameOf(video) : Promise.resolve(null)),
  }
}
