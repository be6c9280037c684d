/**
 * Maximum number of frames in the flow: one being processed and one waiting. With any queue setting of a
 * model node, none is discarded.
 */
const UNDER_WAY = 2

export interface PlayerOptions {
  /** Number of frames; may be Infinity. */
  count: number
  /** Milliseconds between frames. 0: every frame, as fast as the flow allows. */
  interval: number
  /** Waits until fewer than `limit` frames are in the flow. */
  room(limit: number): Promise<void>
  send(index: number): void
  clock?: Clock
}

/** Replaceable, so that tests needn't wait. */
export interface Clock {
  /** Milliseconds. */
  now(): number
  /** Resolves after this many milliseconds, or immediately if stopped. */
  sleep(milliseconds: number, stop: AbortSignal): Promise<void>
}

export interface Player {
  readonly isPlaying: boolean
  /** Index of the next frame. */
  readonly next: number
  /** Stops before the next frame; `resume` continues with it. */
  stop(): void
  resume(): void
  /**
   * Resolves when the last frame has been sent and the flow has finished all of them, or when the player is
   * cancelled.
   */
  readonly over: Promise<void>
  /** Ends it permanently. */
  cancel(): void
}

/**
 * Sends frames at a fixed rate. If the flow isn't ready in time, frames are skipped, so that a walk takes its
 * set time however slow the models are. The last frame is never skipped.
 */
export function startPlayer({ count, interval, room, send, clock = realClock }: PlayerOptions): Player {
  let next = 0
  let playing = new AbortController()
  let [finish, isOver] = [() => {}, false]
  const over = new Promise<void>((resolve) => {
    finish = () => {
      isOver = true
      resolve()
    }
  })

  async function play(stop: AbortSignal): Promise<void> {
    const started = clock.now() - next * interval
    while (next < count) {
      await room(UNDER_WAY)
      if (stop.aborted) return
      if (interval > 0) {
        const now = Math.floor((clock.now() - started) / interval)
        next = Math.min(Math.max(next, now), count - 1)
        await clock.sleep(started + next * interval - clock.now(), stop)
        if (stop.aborted) return
      }
      send(next++)
    }
    await room(1)
    if (!stop.aborted) finish()
  }

  void play(playing.signal)
  return {
    over,
    get isPlaying() {
      return !isOver && !playing.signal.aborted
    },
    get next() {
      return next
    },
    stop: () => playing.abort(),
    resume() {
      if (isOver || !playing.signal.aborted) return
      playing = new AbortController()
      void play(playing.signal)
    },
    cancel() {
      playing.abort()
      finish()
    },
  }
}

const realClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, stop) =>
    new Promise((resolve) => {
      if (milliseconds <= 0 || stop.aborted) return resolve()
      const timer = setTimeout(end, milliseconds)
      stop.addEventListener('abort', end, { once: true })
      function end() {
        clearTimeout(timer)
        stop.removeEventListener('abort', end)
        resolve()
      }
    }),
}
