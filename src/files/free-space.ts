import { statfs } from 'node:fs/promises'
import { readableSize } from './readable-size'

/**
 * Why this many bytes don't fit on a folder's disk, as the end of a sentence that begins with them; null if
 * they do.
 */
export async function roomFault(folder: string, bytes: number): Promise<string | null> {
  // Not every system reports this. The disk may then turn out to be full while writing.
  const disk = await statfs(folder).catch(() => null)
  const free = disk ? disk.bavail * disk.bsize : Number.POSITIVE_INFINITY
  if (free >= bytes) return null
  return `the disk of ${folder} has only ${readableSize(free)} free: free some space and try again`
}
