import { element } from '../../editor/dom'
import { say } from '../data'
import { wordButton } from '../dom'
import { frameOf, openStream, type Stream } from './camera-stream'

/** Shows the camera's picture in a dialog until the visitor takes a picture or closes it. */
export function openCamera(taken: (picture: Blob) => void, failed: (sentence: string) => void): void {
  const video = element('video', { muted: true, playsInline: true })
  let stream: Stream | null = null
  let facing: 'environment' | 'user' = 'environment'
  const box = element(
    'dialog',
    { className: 'camera' },
    video,
    element(
      'div',
      { className: 'row' },
      wordButton('takePicture', () => void take(), 'main'),
      wordButton('otherCamera', () => {
        facing = facing === 'user' ? 'environment' : 'user'
        void start()
      }),
      wordButton('close', () => box.close()),
    ),
  )
  box.setAttribute('aria-label', say('camera'))
  box.addEventListener('close', () => {
    stream?.stop()
    box.remove()
  })
  document.body.append(box)
  box.showModal()
  void start()

  async function start(): Promise<void> {
    stream?.stop()
    stream = await openStream(video, facing, (sentence) => {
      if (!box.open) return
      box.close()
      failed(sentence)
    })
    if (!box.open) stream?.stop()
  }

  async function take(): Promise<void> {
    const picture = await frameOf(video)
    if (!picture) return
    box.close()
    taken(picture)
  }
}
