import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFolder } from '../../files'

/** How often a lock's holder refreshes it. */
const BEAT = 1_000
/** A lock that wasn't refreshed for this long has been abandoned. */
const STALE = 20_000

export interface Lock {
  release(): Promise<void>
}

/** Takes a lock that other processes see too, a file. Null if another one holds it. @throws as the file system does */
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
      // A lock that can't be removed grows stale; the download's own result matters more.
      if ((await readToken(path)) === token) await rm(path, { force: true }).catch(() => {})
    },
  }
}

/** Whether anybody holds a lock. */
export async function isLocked(path: string): Promise<boolean> {
  const age = await ageOf(path)
  // If the clock was set back, it was made in what is now the future.
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

/** Removes the lock of a process that ended silently. It is renamed first: of several that try, one succeeds. */
async function removeStale(path: string): Promise<boolean> {
  if (await isLocked(path)) return false
  // A clock that has just been set makes every lock look old, until its holder's next beat.
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
  // Another process was faster and has just made a new one, which is its own.
  else await rename(aside, path).catch(() => {})
  return isTheSame
}

/** Milliseconds since its holder last refreshed it. Null: not held. */
async function ageOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => null,
  )
}

async function readToken(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
