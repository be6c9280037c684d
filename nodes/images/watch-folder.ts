import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listFiles } from '../../src/files'

/** How often a watched folder is looked at, in ms. Looking works on network drives too, where notices often do not. */
const INTERVAL = 500

/**
 * Gives the files that come into a folder, or change there, after the watch has begun; each when its size and time have stood
 * still between two looks, so that no half-written file is read. A folder that is gone for a while is waited for.
 */
export async function* watchFolder<Entry>(
  folder: string,
  listing: { recursive: boolean; wanted: (path: string) => boolean },
  entryOf: (name: string) => Entry,
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  let seen = await look()
  const known = new Map(seen)
  while (!signal.aborted) {
    const began = performance.now()
    const now = await look()
    for (const [name, state] of now) {
      if (known.get(name) === state || seen.get(name) !== state) continue
      known.set(name, state)
      yield entryOf(name)
    }
    for (const name of known.keys()) if (!now.has(name)) known.delete(name)
    seen = now
    // A folder that takes long to read is read less often.
    const pause = Math.max(INTERVAL, 5 * (performance.now() - began))
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
  }

  /** File → its size and time. */
  async function look(): Promise<Map<string, string>> {
    const { files } = await listFiles(folder, listing).catch(() => ({ files: [] as string[] }))
    const states = new Map<string, string>()
    for (const name of files) {
      const found = await stat(join(folder, name)).catch(() => null)
      if (found) states.set(name, `${found.size} ${found.mtimeMs}`)
    }
    return states
  }
}
