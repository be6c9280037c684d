import { Audio } from '../../src/types'

/** How many seconds wait for a slow flow; older ones are discarded. */
const MOST_WAITING = 10

/** The sound from a browser's microphone, as sent by its page. */
export interface PageSource {
  /** @param bytes samples of one channel as 32-bit floats */
  take(bytes: Buffer, sampleRate: number): void
  parts(signal: AbortSignal): AsyncGenerator<Audio>
}

export function createPageSource(): PageSource {
  let waiting: Audio[] = []
  let wake = () => {}
  return {
    take(bytes, sampleRate) {
      const whole = Uint8Array.from(bytes.subarray(0, bytes.length & ~3))
      if (whole.length === 0) return
      waiting.push(new Audio({ sampleRate, channels: 1, data: new Float32Array(whole.buffer) }))
      while (waiting.length > 1 && waiting.reduce((sum, { seconds }) => sum + seconds, 0) > MOST_WAITING)
        waiting.shift()
      wake()
    },
    async *parts(signal) {
      waiting = []
      const stop = () => wake()
      signal.addEventListener('abort', stop)
      try {
        while (!signal.aborted) {
          const next = waiting.shift()
          if (next) yield next
          else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}
