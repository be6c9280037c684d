import { randomBytes } from 'node:crypto'
import { openSync, unlinkSync } from 'node:fs'

/**
 * An unnamed file in memory, passed to a child as a descriptor: about five times faster than a pipe for pictures.
 * Because it has no name, it disappears with the last process that holds it, however that ends. Null if the system has
 * no such place.
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
