import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFolder } from '../../files'

/** The interval at which a lock's holder refreshes it, in milliseconds. */
const BEAT = 1_000
/** A lock that hasn't been refreshed for this many milliseconds counts as abandoned. */
const STALE = 20_000

export interface Lock {
  release(): Promise<void>
}

/**
 * Takes a lock shared with other processes, in the form of a file. Null if it is already held.
 * @throws the file system's error
 */
export async function takeLock(path: string): Promise<Lock | null> {
  await makeFolder(dirname(path))
  const token = randomUUID()
  if (!(await create(path, token)) && !((await removeStale(path)) && (await create(path, token)))) return null
  const beat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, BEAT)
  beat.unref()
  return {
    async release() {
      clearInterval(beat)
      // A lock that can't be removed expires after a while. The result of the download shouldn't fail because
      // of it.
      if ((await readToken(path)) === token) await rm(path, { force: true }).catch(() => {})
    },
  }
}

/** Whether a process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const age = await ageOf(path)
  // If the clock was set back, the lock's time may be in the future.
  return age !== null && Math.abs(age) < STALE
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes the lock of a process that died without releasing it. The file is renamed first, so that only one
 * of several processes succeeds.
 */
async function removeStale(path: string): Promise<boolean> {
  if (await isLocked(path)) return false
  // After the clock has been changed, every lock looks old until its holder refreshes it again.
  await sleep(1.5 * BEAT)
  if (await isLocked(path)) return false
  const token = await readToken(path)
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return false
  }
  const isTheSame = (await readToken(aside)) === token
  if (isTheSame) await rm(aside, { force: true })
  // Another process was faster and has already taken a new lock, so that is restored.
  else await rename(aside, path).catch(() => {})
  return isTheSame
}

/** Milliseconds since the holder last refreshed the lock; null if there is no lock. */
async function ageOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => null,
  )
}

async function readToken(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
