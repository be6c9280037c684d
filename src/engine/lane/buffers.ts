/** Returns a buffer of this many bytes with undefined contents. */
export type Allocate = (bytes: number) => ArrayBuffer

export const fresh: Allocate = (bytes) => new ArrayBuffer(bytes)

/** Larger buffers aren't kept. */
const KEEP_BYTES = 64 * 2 ** 20

/**
 * Buffers that are reused by the next run: the same name and size give the same buffer. New memory in every
 * run would take longer than filling it, because the system provides it page by page.
 */
export function createBuffers(): (name: string) => Allocate {
  const kept = new Map<string, ArrayBuffer>()
  return (name) => (bytes) => {
    const old = kept.get(name)
    if (old?.byteLength === bytes) return old
    const made = fresh(bytes)
    if (bytes <= KEEP_BYTES) kept.set(name, made)
    return made
  }
}
