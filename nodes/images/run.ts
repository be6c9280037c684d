import type { Image } from '../../src/types'
import type { Flight } from '../shared/in-flight'
import type { Source } from './sources'
import type { Entry } from './watch-folder'

export interface Parts {
  id: string
  type: 'array'
  index: number
  /** The number of pictures; set only on the last one. */
  count?: number
}

export interface Skipped {
  filename: string
  reason: string
}

/** Report of a finished run. */
export interface Summary {
  sent: number
  skipped: Skipped[]
  /** Files in the folder that aren't pictures, as relative paths. */
  leftOut: string[]
  /** Whether it was cancelled before its end. */
  stopped: boolean
  milliseconds: number
  /** Why the source ended early, for example because a video is truncated. */
  failure?: Error
}

export interface RunOptions {
  source: Source
  /** Follows the run's messages. Not shared with other runs. */
  flight: Flight
  /** Maximum number of pictures in the flow at a time. */
  limit: number
  id: string
  send(entry: Entry, image: Image, parts: Parts): void
  skip(skipped: Skipped): void
}

/** A source being sent through the flow, picture by picture. */
export interface Run {
  readonly isPaused: boolean
  readonly sent: number
  readonly skipped: Skipped[]
  /** Working time without pauses, in ms. */
  readonly elapsed: number
  pause(): void
  resume(): void
  /** Ends it early. */
  cancel(): void
  readonly over: Promise<Summary>
}

/**
 * Sends a source's pictures, at most `limit` at a time: another is sent once the flow has finished an earlier
 * one. It reads one picture ahead, so that the last can be marked even if the files after it turn out to be
 * broken.
 */
export function startRun({ source, flight, limit, id, send, skip }: RunOptions): Run {
  const skipped: Skipped[] = []
  const pauses = new Gate()
  const clock = new Stopwatch()
  let sent = 0
  let isCancelled = false

  async function sendOne(entry: Entry, image: Image, isLast: boolean) {
    await flight.room(limit)
    await pauses.passed()
    if (isCancelled) return
    const parts: Parts = { id, type: 'array', index: sent }
    if (isLast) parts.count = sent + 1
    sent++
    send(entry, image, parts)
  }

  async function work(): Promise<Summary> {
    let held: { entry: Entry; image: Image } | null = null
    let failure: Error | undefined
    try {
      for await (const entry of source.entries) {
        await pauses.passed()
        if (isCancelled) break
        const image = await read(entry)
        if (!image) continue
        if (source.isEndless) {
          await sendOne(entry, image, false)
          continue
        }
        if (held) await sendOne(held.entry, held.image, false)
        held = { entry, image }
      }
    } catch (error) {
      failure = error as Error
    }
    if (held) await sendOne(held.entry, held.image, true)
    if (!isCancelled) await flight.room(1)
    return { sent, skipped, leftOut: source.leftOut, stopped: isCancelled, milliseconds: clock.elapsed, failure }
  }

  async function read(entry: Entry): Promise<Image | null> {
    try {
      return await entry.read()
    } catch (error) {
      const broken = { filename: entry.filename, reason: (error as Error).message }
      skipped.push(broken)
      skip(broken)
      return null
    }
  }

  const over = work()
  return {
    over,
    skipped,
    get isPaused() {
      return pauses.isClosed
    },
    get sent() {
      return sent
    },
    get elapsed() {
      return clock.elapsed
    },
    pause() {
      pauses.close()
      clock.stop()
    },
    resume() {
      clock.start()
      pauses.open()
    },
    cancel() {
      isCancelled = true
      pauses.open()
      flight.close()
    },
  }
}

class Gate {
  isClosed = false
  private waiting: (() => void)[] = []

  close() {
    this.isClosed = true
  }

  open() {
    this.isClosed = false
    for (const go of this.waiting.splice(0)) go()
  }

  async passed(): Promise<void> {
    while (this.isClosed) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }
}

class Stopwatch {
  private before = 0
  private since: number | null = performance.now()

  get elapsed(): number {
    return this.before + (this.since === null ? 0 : performance.now() - this.since)
  }

  stop() {
    this.before = this.elapsed
    this.since = null
  }

  start() {
    this.since ??= performance.now()
  }
}
