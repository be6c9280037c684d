import { monitorEventLoopDelay } from 'node:perf_hooks'

/** One measured value. */
export interface Figure {
  value: number
  unit: string
  /**
   * What it should be at most (`lower`) or at least (`higher`); none for values that are only there to
   * compare with.
   */
  aim?: number
  better: 'lower' | 'higher'
}

/**
 * What a `*.bench.ts` file exports as `bench`: measures and returns its figures by name. Each file runs in its own
 * process. Compare within one run and interleaved: the machine of the next run is busy with something else.
 */
export type Bench = () => Promise<Record<string, Figure>>

/** Whether the benches need only start and end: `npm run bench -- --smoke`. */
export const isSmoke = process.env.DAISYCHAIN_SMOKE === '1'

/** So many rounds, laps, seconds or pictures; next to none of them for smoke. */
export function enough(number: number): number {
  return isSmoke ? Math.ceil(number / 100) : number
}

/** A figure in milliseconds, less being better. */
export function milliseconds(value: number, aim?: number): Figure {
  return { value, unit: 'ms', aim, better: 'lower' }
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] as number)) / 2
}

/**
 * Runs the named works in turn, `rounds` times after `warmUp` unmeasured ones, and gives the median
 * milliseconds of each.
 */
export async function interleaved<K extends string>(
  works: Record<K, () => Promise<unknown>>,
  { rounds, warmUp = 5 }: { rounds: number; warmUp?: number },
): Promise<Record<K, number>> {
  const names = Object.keys(works) as K[]
  const times = new Map<K, number[]>(names.map((name) => [name, []]))
  for (let round = -enough(warmUp); round < enough(rounds); round++)
    for (const name of names) {
      const start = performance.now()
      await works[name]()
      if (round >= 0) times.get(name)?.push(performance.now() - start)
    }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)])) as Record<K, number>
}

/**
 * The 99th percentile, in milliseconds, of the delay of this thread's event loop while `work` is done over
 * and over for `time` ms.
 */
export async function delayDuring(work: () => Promise<unknown>, time: number): Promise<number> {
  for (let i = 0; i < enough(3); i++) await work()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (const end = performance.now() + enough(time); performance.now() < end; ) await work()
  delay.disable()
  return delay.percentile(99) / 1e6
}
