import { decodeImage } from '../../src/images'
import { ValueError } from '../../src/types'
import type { CameraSource, Stream } from './source'

/** How long a message waits for a picture of the camera page, in ms. */
const PAGE_TIMEOUT = 10_000

/** The camera of a browser: its page sends pictures unasked. */
export function createPageSource(): CameraSource {
  let stream: Stream | null = null
  let newest: Buffer | null = null
  let awaited: ((frame: Buffer) => void)[] = []
  let isDecoding = false

  /** The page sends faster than the flow may be: the newest picture waits, an older one is left out. */
  function sendNewest(): void {
    if (!stream || stream.signal.aborted || !newest || isDecoding || !stream.isReady()) return
    const { signal, give, fail } = stream
    const bytes = newest
    newest = null
    isDecoding = true
    decodeImage(bytes)
      .then(
        (image) => !signal.aborted && give(image),
        (error: Error) => !signal.aborted && fail(error, false),
      )
      .finally(() => {
        isDecoding = false
        sendNewest()
      })
  }

  function nextFrame(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const take = (bytes: Buffer) => {
        clearTimeout(timer)
        resolve(bytes)
      }
      const timer = setTimeout(() => {
        awaited = awaited.filter((give) => give !== take)
        reject(
          new ValueError(
            "no picture arrived from the camera page: open it with this node's button and allow the camera",
          ),
        )
      }, PAGE_TIMEOUT)
      timer.unref()
      awaited.push(take)
    })
  }

  return {
    still: async () => decodeImage(await nextFrame()),
    stream(to) {
      stream = to
      newest = null
    },
    flowIsReady: sendNewest,
    takeFrame(bytes) {
      for (const give of awaited.splice(0)) give(bytes)
      if (!stream || stream.signal.aborted) return
      if (newest) stream.leaveOut()
      newest = bytes
      sendNewest()
    },
  }
}
