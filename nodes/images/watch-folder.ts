import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listFiles } from '../../src/files'
import { hasEnd, isUnfinished } from '../../src/images'
import type { Image } from '../../src/types'
import type { Entry } from './sources'

/** How often a watched folder is looked at, in ms. Looking works on network drives too, where notices often do not. */
const INTERVAL = 500

/** So long, in ms, a picture that ends too early is taken for one that is still being written, from its last change on. */
const WHOLE_FILE_MS = 30_000

/** How a folder is watched. */
export interface Watch {
  signal: AbortSignal
  /** Told when the folder is gone, and when it is there. */
  isThere?(there: boolean): void
}

interface Seen {
  /** Size, time and who may read it. */
  state: string
  /** When it was first seen so, in ms. */
  since: number
  /** Whether it was tried to be read so, and ended too early. */
  isTried: boolean
}

/**
 * Gives the files that come into a folder, or change there, after the watch has begun; each when its size and time have stood
 * still between two looks and it can be read as a whole, so that a slow writer is waited for. A file that was only touched,
 * or changed besides its pixels, is not given again, nor is what a folder has when it comes back after it was gone. Where the
 * folder wasn't there yet, what is younger than the watch has come into it.
 *
 * @param entriesOf the picture of a file, or its frames
 * @param patience how long an unfinished picture is waited for, from its last change on
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
    // A folder that takes long to read is read less often.
    const pause = Math.max(INTERVAL, 5 * (performance.now() - began))
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
  }

  /** Gives what is there now and was not known, and makes it known. */
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

  /** Gives a file's pictures, unless it may still be written. Returns whether it is done with. */
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

  /** File → its state. Null while the folder is gone: where a drive was, there may be an empty one of another device. */
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
