import { element } from '../../editor/dom'
import { say } from '../data'

const REASONS: Record<string, string> = {
  NotAllowedError: 'notAllowed',
  NotFoundError: 'noCamera',
  NotReadableError: 'cameraBusy',
}

export interface Stream {
  stop(): void
}

/** Shows a camera in a video. @returns null if there is none; `failed` gets the reason */
export async function openStream(
  video: HTMLVideoElement,
  facing: 'environment' | 'user',
  failed: (sentence: string) => void,
): Promise<Stream | null> {
  if (!navigator.mediaDevices?.getUserMedia) {
    failed(say('insecure'))
    return null
  }
  let stream: MediaStream | null = null
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 1280 } } })
    video.srcObject = stream
    await video.play()
    return { stop }
  } catch (error) {
    stop()
    const { name, message } = error as Error
    // Another camera was requested meanwhile, or the video was removed.
    if (name !== 'AbortError') failed(REASONS[name] ? say(REASONS[name]) : message)
    return null
  }
}

/** What a video shows now, as a JPEG; null if it shows nothing yet. */
export function frameOf(video: HTMLVideoElement): Promise<Blob | null> {
  const { videoWidth: width, videoHeight: height } = video
  if (width === 0) return Promise.resolve(null)
  const canvas = element('canvas', { width, height })
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}
