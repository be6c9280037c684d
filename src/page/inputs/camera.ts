import { element } from '../../editor/dom'
import { say } from '../data'
import { wordButton } from '../dom'

const REASONS: Record<string, string> = {
  NotAllowedError: 'notAllowed',
  NotFoundError: 'noCamera',
  NotReadableError: 'cameraBusy',
}

/** Shows what the camera sees until a picture is taken, or the box is closed. */
export function openCamera(taken: (picture: Blob) => void, failed: (sentence: string) => void): void {
  if (!navigator.mediaDevices?.getUserMedia) {
    failed(say('insecure'))
    return
  }
  const video = element('video', { muted: true, playsInline: true })
  let stream: MediaStream | null = null
  let facing: 'environment' | 'user' = 'environment'
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = null
  }
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
    stop()
    box.remove()
  })
  document.body.append(box)
  box.showModal()
  void start()

  async function start(): Promise<void> {
    stop()
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 1280 } } })
      if (!box.open) {
        stop()
        return
      }
      video.srcObject = stream
      await video.play()
    } catch (error) {
      const { name, message } = error as Error
      if (!box.open || name === 'AbortError') return
      box.close()
      failed(REASONS[name] ? say(REASONS[name]) : message)
    }
  }

  async function take(): Promise<void> {
    const { videoWidth: width, videoHeight: height } = video
    if (width === 0) return
    const canvas = element('canvas', { width, height })
    canvas.getContext('2d')?.drawImage(video, 0, 0)
    const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
    box.close()
    if (picture) taken(picture)
  }
}
