import { randomBytes } from 'node:crypto'
import { openSync, unlinkSync } from 'node:fs'

/**
 * Opens an unnamed file in memory, to be passed to a child as a descriptor: about five times faster than a
 * pipe for pictures. As it has no name, it disappears with the last process that uses it, however that ends.
 * Null if the system doesn't support this.
 */
export function openSharedFile(): number | null {
  if (process.platform !== 'linux') return null
  const name = `/dev/shm/daisychain-${process.pid}-${randomBytes(6).toString('hex')}`
  try {
    const file = openSync(name, 'wx+', 0o600)
    unlinkSync(name)
    return file
  } catch {
    return null
  }
}
