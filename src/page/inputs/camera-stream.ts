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

/**
 * Shows the camera's picture in a video element.
 * @returns null if no camera could be opened; `failed` then gets a sentence for the visitor
 */
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
    // An `AbortError` means that another camera was requested meanwhile or that the video was removed: no
    // need to report it.
    if (name !== 'AbortError') failed(REASONS[name] ? say(REASONS[name]) : message)
    return null
  }
}

/** The current picture of a video, as a JPEG; null if the video hasn't started yet. */
export function frameOf(video: HTMLVideoElement): Promise<Blob | null> {
  const { videoWidth: width, videoHeight: height } = video
  if (width === 0) return Promise.resolve(null)
  const canvas = element('canvas', { width, height })
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}
