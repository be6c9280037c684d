import { existsSync, mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The age, in ms, from which a lock counts as left behind by a killed process. */
const STALE = 10 * 60_000

/** Fills an ignored folder once, even if several test processes need it at the same time. */
export function installOnce(folder: string, install: () => void): void {
  const done = join(folder, '.installed')
  const lock = `${folder}.lock`
  mkdirSync(folder, { recursive: true })
  while (!existsSync(done)) {
    if (!take(lock)) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
      continue
    }
    try {
      if (existsSync(done)) return
      install()
      writeFileSync(done, '')
    } finally {
      rmdirSync(lock)
    }
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since > STALE) rmdirSync(lock)
    return false
  }
}
