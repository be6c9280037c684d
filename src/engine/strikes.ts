import { statSync } from 'node:fs'

/** A model that crashes its lane this often within `DECAY` is set aside. */
const STRIKES = 3
/** Milliseconds after which a crash no longer counts. */
const DECAY = 5 * 60_000
/** Milliseconds for which a model is set aside. The next run after that is a trial. */
const REST = 60_000

/**
 * Counts each model's crashes since its last success. Only crashes caused by the model count: a lane killed
 * from outside, or a run that takes too long, says nothing about the model.
 * @param now returns milliseconds of a monotonic clock
 */
export function createStrikes(now: () => number = () => performance.now()) {
  const crashes = new Map<string, { stamp: string; times: number[] }>()

  /** Milliseconds until a model may be tried again; 0 if it may run. */
  function rest(path: string): number {
    const known = crashes.get(path)
    if (!known) return 0
    const recent = known.times.filter((time) => now() - time < DECAY)
    // A file that was replaced gets a fresh start.
    if (recent.length === 0 || known.stamp !== stampOf(path)) crashes.delete(path)
    else if (recent.length >= STRIKES) return Math.max(0, (recent.at(-1) as number) + REST - now())
    return 0
  }

  return {
    add(path: string) {
      const stamp = stampOf(path)
      const old = crashes.get(path)
      const times = old?.stamp === stamp ? old.times : []
      crashes.set(path, { stamp, times: [...times.slice(1 - STRIKES), now()] })
    },
    clear: (path: string) => crashes.delete(path),
    rest,
    setAside: () => [...crashes.keys()].filter((path) => rest(path) > 0),
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
