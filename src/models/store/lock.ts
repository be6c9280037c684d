import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFolder } from '../../files'

/** How often whoever holds a lock says so. */
const BEAT = 1_000
/** A lock of which nothing was heard for so long is nobody's any more. */
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
      // One that cannot be removed grows stale; why the download failed, or that it is there, matters more.
      if ((await readToken(path)) === token) await rm(path, { force: true }).catch(() => {})
    },
  }
}

/** Whether anybody holds a lock. */
export async function isLocked(path: string): Promise<boolean> {
  const age = await ageOf(path)
  // Before the clock was set back, it was made in what is now the future.
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

/** Puts away the lock of a process that ended silently. Renamed first: of several who try, one succeeds. */
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
  // Somebody else was faster and has just made a new one, which is theirs.
  else await rename(aside, path).catch(() => {})
  return isTheSame
}

/** Milliseconds since its holder was last heard of. Null: nobody holds it. */
async function ageOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => null,
  )
}

async function readToken(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
