import { statSync } from 'node:fs'

/** A model that ends the lane this often in a row is set aside. */
const STRIKES = 3

/** Counts how often each model has ended the lane since its last success. */
export function createStrikes() {
  const counts = new Map<string, { stamp: string; count: number }>()
  const isOut = (path: string) => (counts.get(path)?.count ?? 0) >= STRIKES
  return {
    add(path: string) {
      const stamp = stampOf(path)
      const old = counts.get(path)
      counts.set(path, { stamp, count: old?.stamp === stamp ? old.count + 1 : 1 })
    },
    clear: (path: string) => counts.delete(path),
    /** A file that was replaced gets a fresh start. */
    isSetAside(path: string): boolean {
      if (!isOut(path)) return false
      if (counts.get(path)?.stamp === stampOf(path)) return true
      counts.delete(path)
      return false
    },
    setAside: () => [...counts.keys()].filter(isOut),
  }
}

function stampOf(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path)
    return `${mtimeMs} ${size}`
  } catch {
    return 'gone'
  }
}
