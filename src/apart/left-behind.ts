import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const computer = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
const run = randomBytes(3).toString('hex')

const TAG = /\b([0-9a-f]{8})-(\d+)-([0-9a-f]{6})\b/

/** A part of the names of temporary files that identifies the computer and the process that own them. */
export const ownTag = `${computer}-${process.pid}-${run}`

/** The prefix of the names of this process's temporary folders. */
export const temporaryName = (kind: string) => `daisychain-${kind}-${ownTag}-`

/**
 * Removes temporary files of processes that were killed or lost power. Files of other computers are kept,
 * because those may still be running; containers that share a folder count as separate computers.
 *
 * @param isTemporary whether a name is that of a temporary file
 */
export async function removeLeft(folder: string, isTemporary: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const left = names.filter((name) => isTemporary(name) && isLeft(name))
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true }).catch(() => {})))
}

/**
 * Whether the process that made the file has ended. This process may have the same id, because containers
 * count from 1 again.
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
