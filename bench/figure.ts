import { monitorEventLoopDelay } from 'node:perf_hooks'

/** One measured value. */
export interface Figure {
  value: number
  unit: string
  /**
   * Upper bound (`lower`) or lower bound (`higher`); absent for figures that are only there for comparison.
   */
  aim?: number
  better: 'lower' | 'higher'
}

/**
 * What a `*.bench.ts` file exports as `bench`: measures and returns its figures by name. Each file runs in
 * its own process. Compare within one run, interleaved: the load differs from run to run.
 */
export type Bench = () => Promise<Record<string, Figure>>

/** Whether to only check that the benches start and finish: `npm run bench -- --smoke`. */
export const isSmoke = process.env.DAISYCHAIN_SMOKE === '1'

/** The number of rounds, laps, seconds or pictures; close to none in a smoke run. */
export function enough(number: number): number {
  return isSmoke ? Math.ceil(number / 100) : number
}

/** A figure in milliseconds; less is better. */
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
 * Runs the named pieces of work in turn, `rounds` times after `warmUp` unmeasured ones, and returns the
 * median milliseconds of each.
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
 * The 99th percentile, in milliseconds, of this thread's event-loop delay while `work` is repeated for `time`
 * ms.
 */
export async function delayDuring(work: () => Promise<unknown>, time: number): Promise<number> {
  for (let i = 0; i < enough(3); i++) await work()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (const end = performance.now() + enough(time); performance.now() < end; ) await work()
  delay.disable()
  return delay.percentile(99) / 1e6
}
