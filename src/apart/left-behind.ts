import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const computer = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
const run = randomBytes(3).toString('hex')

const TAG = /\b([0-9a-f]{8})-(\d+)-([0-9a-f]{6})\b/

/** Part of the names of temporary files. It says whose they are: which computer's and which process's. */
export const ownTag = `${computer}-${process.pid}-${run}`

/** The beginning of the names of this process's temporary folders. */
export const temporaryName = (kind: string) => `daisychain-${kind}-${ownTag}-`

/**
 * Removes what processes left behind that were killed or lost power. Files of other computers stay, as those may still
 * be at work; containers that share a folder count as computers.
 *
 * @param isTemporary whether a name is that of something temporary
 */
export async function removeLeft(folder: string, isTemporary: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const left = names.filter((name) => isTemporary(name) && isLeft(name))
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true }).catch(() => {})))
}

/**
 * Whether the process that made it has ended. Its number may be this one's now: containers count from the beginning
 * again.
 */
function isLeft(name: string): boolean {
  const [, where, pid = '', which] = TAG.exec(name) ?? []
  if (where !== computer || which === run) return false
  return Number(pid) === process.pid || !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
