import type { Image } from '../../src/types'
import type { Stream } from './source'

/** Gives a stream the newest picture as soon as the flow is ready for one. */
export interface Newest<Raw> {
  /** Gives pictures to this stream from now on. */
  follow(stream: Stream): void
  /** Adds a picture that has arrived. One that is still waiting is discarded. */
  put(raw: Raw): void
  flowIsReady(): void
}

/** @param decode decodes a picture when the flow is ready for it */
export function createNewest<Raw extends object>(decode: (raw: Raw) => Promise<Image>): Newest<Raw> {
  let stream: Stream | null = null
  let newest: Raw | null = null
  let isDecoding = false

  function give(): void {
    if (!stream || stream.signal.aborted || !newest || isDecoding || !stream.isReady()) return
    const { signal, give: hand, fail } = stream
    const raw = newest
    newest = null
    isDecoding = true
    decode(raw)
      .then(
        (image) => !signal.aborted && hand(image),
        (error: Error) => !signal.aborted && fail(error, false),
      )
      .finally(() => {
        isDecoding = false
        give()
      })
  }

  return {
    follow(to) {
      stream = to
      newest = null
    },
    put(raw) {
      if (!stream || stream.signal.aborted) return
      if (newest) stream.leaveOut()
      newest = raw
      give()
    },
    flowIsReady: give,
  }
}
