import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listFiles } from '../../src/files'
import { hasEnd, isUnfinished } from '../../src/images'
import type { Image } from '../../src/types'
import type { Entry } from './sources'

/**
 * How often a watched folder is checked, in ms. Polling works on network drives too, where change notifications often
 * don't.
 */
const INTERVAL = 500

/** For this long after its last change, in ms, an incomplete picture is assumed to be still being written. */
const WHOLE_FILE_MS = 30_000

/** How a folder is watched. */
export interface Watch {
  signal: AbortSignal
  /** Called when the folder disappears, and when it is back. */
  isThere?(there: boolean): void
}

interface Seen {
  /** Size, time and permissions. */
  state: string
  /** When it was first seen like this, in ms. */
  since: number
  /** Whether it was read like this and found incomplete. */
  isTried: boolean
}

/**
 * Gives the files that come into a folder, or change there, after the watch has begun; each once its size and time are
 * unchanged between two checks and it can be read completely, so that slow writers can finish. A file that was only
 * touched, or changed in anything but its pixels, isn't sent again, nor are a folder's contents when it comes back. If
 * the folder wasn't there at first, files newer than the watch count as new.
 *
 * @param entriesOf the picture of a file, or its frames
 * @param patience how long to wait for an unfinished picture after its last change
 */
export async function* watchFolder(
  folder: string,
  listing: { recursive: boolean; wanted: (path: string) => boolean },
  entriesOf: (name: string) => AsyncIterable<Entry>,
  { signal, isThere }: Watch,
  patience = WHOLE_FILE_MS,
): AsyncGenerator<Entry> {
  const start = Date.now()
  let device: number | undefined
  let wasThere = true
  let known = await look()
  let seen = new Map<string, Seen>()
  const given = new Map<string, string>()
  while (!signal.aborted) {
    const began = performance.now()
    const looked = await look()
    known ??= looked && (await olderThan(start, looked))
    if ((looked !== null) !== wasThere) {
      wasThere = !wasThere
      isThere?.(wasThere)
    }
    if (known) yield* changes(known, looked ?? known)
    // A folder that is slow to read is read less often.
    const pause = Math.max(INTERVAL, 5 * (performance.now() - began))
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
  }

  /** Returns what is new, and remembers it. */
  async function* changes(known: Map<string, string>, now: ReadonlyMap<string, string>): AsyncGenerator<Entry> {
    const still = new Map<string, Seen>()
    for (const [name, state] of now) {
      if (known.get(name) === state) continue
      const before = seen.get(name)
      const file = before?.state === state ? before : { state, since: performance.now(), isTried: false }
      still.set(name, file)
      const isOverdue = performance.now() - file.since > patience
      if (file !== before || (file.isTried && !isOverdue)) continue
      if (yield* give(name, isOverdue)) known.set(name, state)
      else file.isTried = true
    }
    for (const name of known.keys()) {
      if (now.has(name)) continue
      known.delete(name)
      given.delete(name)
    }
    seen = still
  }

  async function olderThan(time: number, states: ReadonlyMap<string, string>): Promise<Map<string, string>> {
    const files = await Promise.all(
      [...states].map(async ([name, state]) => ({
        name,
        state,
        ...(await stat(join(folder, name)).catch(() => null)),
      })),
    )
    return new Map(files.filter(({ mtimeMs = time }) => mtimeMs < time).map(({ name, state }) => [name, state]))
  }

  /** Sends a file's pictures, unless it may still be being written. Returns whether it is finished. */
  async function* give(name: string, isOverdue: boolean): AsyncGenerator<Entry, boolean> {
    if (!isOverdue && !(await hasEnd(join(folder, name)).catch(() => true))) return false
    let isFirst = true
    for await (const entry of entriesOf(name)) {
      if (!isFirst) yield entry
      else {
        const image = await entry.read().catch((error: Error) => error)
        if (image instanceof Error && isUnfinished(image) && !isOverdue) return false
        if (!(image instanceof Error) && isGivenAlready(name, image)) return true
        yield { ...entry, read: () => (image instanceof Error ? Promise.reject(image) : Promise.resolve(image)) }
      }
      isFirst = false
    }
    return true
  }

  function isGivenAlready(name: string, { pixels }: Image): boolean {
    if (given.get(name) === pixels.hash) return true
    given.set(name, pixels.hash)
    return false
  }

  /** File → its state. Null while the folder is gone: an empty folder of another device may be in a drive's place. */
  async function look(): Promise<Map<string, string> | null> {
    const { dev } = await stat(folder).catch(() => ({ dev: undefined }))
    const listed = await listFiles(folder, listing).catch(() => null)
    if (!listed || (listed.files.length === 0 && device !== undefined && dev !== device)) return null
    device = dev
    const states = new Map<string, string>()
    for (const name of listed.files) {
      const found = await stat(join(folder, name)).catch(() => null)
      if (found) states.set(name, `${found.size} ${found.mtimeMs} ${found.mode}`)
    }
    return states
  }
}
