import { decodeImage } from '../../src/images'
import { ValueError } from '../../src/types'
import { createNewest } from './newest'
import type { CameraSource } from './source'

/** Milliseconds that a message waits for a picture from the camera page. */
const PAGE_TIMEOUT = 10_000

/** A browser's camera. Its page sends pictures on its own, possibly faster than the flow can process them. */
export function createPageSource(): CameraSource {
  const newest = createNewest(decodeImage)
  let awaited: ((frame: Buffer) => void)[] = []

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
    stream: newest.follow,
    flowIsReady: newest.flowIsReady,
    takeFrame(bytes) {
      for (const give of awaited.splice(0)) give(bytes)
      newest.put(bytes)
    },
  }
}
