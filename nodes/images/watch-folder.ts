import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listFiles } from '../../src/files'
import { hasEnd, isUnfinished } from '../../src/images'
import type { Image } from '../../src/types'

/** One picture of a source. */
export interface Entry {
  /**
   * The absolute path. For a video's frame, a number replaces the extension: `clip.mp4` → `clip/000001.png`.
   */
  filename: string
  /** The path relative to the chosen folder, with `/` as separator. */
  relative: string
  /** @throws an error whose message is a sentence for people */
  read(): Promise<Image>
}

/**
 * How often a watched folder is checked, in ms. Polling works on network drives too, where change notifications often
 * don't.
 */
const INTERVAL = 500

/** An incomplete picture is assumed to be still being written until this many ms after its last change. */
const WHOLE_FILE_MS = 30_000

/** Options of a watch. */
export interface Watch {
  signal: AbortSignal
  /** Called when the folder disappears, and when it is back. */
  isThere?(there: boolean): void
}

interface Seen {
  /** Size, time and permissions. */
  state: string
  /** When this state was first seen, in ms. */
  since: number
  /** Whether it was read in this state and found incomplete. */
  isTried: boolean
}

/**
 * Yields the files that are added to a folder or changed there after the watch has begun. To let slow writers
 * finish, a file is sent only once its size and time are the same in two checks and it can be read
 * completely. A file isn't sent again if it was only touched or its pixels are unchanged, nor are the
 * folder's contents when the folder comes back. If the folder didn't exist at first, files newer than the
 * watch count as new.
 * @param entriesOf yields the picture of a file, or its frames
 * @param patience how long to wait for an unfinished picture after its last change, in ms
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
    // A folder that is slow to list is checked less often.
    const pause = Math.max(INTERVAL, 5 * (performance.now() - began))
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
  }

  /** Yields what is new, and remembers it. */
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

  /** Yields a file's pictures, unless it may still be being written. Returns whether it is finished. */
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

  /**
   * File → state. Null while the folder is gone. An empty folder on another device counts as gone too: the
   * mount point of an unplugged drive looks like that.
   */
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
