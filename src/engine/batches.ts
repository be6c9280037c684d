import type { RunReply, RunRequest } from './protocol'

/** At most this many runs are batched into one. */
const MAX_BATCH = 4
/**
 * Larger runs gain nothing from batching and use memory. Bytes of all inputs together, with pixels as bytes.
 */
const MOST_BYTES = 4 * 2 ** 20
/** How many of the latest times are kept for comparison. */
const KEPT = 9
/** How many runs are measured before comparing. More for batches, because the first of each size are slow. */
const FEWEST = { alone: 3, together: 5 }
/**
 * A run's share of a batch must be shorter by this factor: a smaller gain doesn't justify making the first
 * run wait for the last.
 */
const WORTH = 0.95
/** After this many single runs, batching is tried again, because the computer's load may have changed. */
const RETRY = 200
/** How many kinds of runs are remembered. */
const KINDS = 100

/** What has been measured about one kind of run. */
interface Known {
  joinable: boolean
  /** Batched runs failed. */
  failed: boolean
  /**
   * Durations of single runs, and of each run's share in a batch, in ms, including the transfer both ways.
   */
  alone: number[]
  together: number[]
  /** Runs alone since the last batch. */
  since: number
}

/**
 * Decides which runs are batched into one. Batching pays off on most graphics cards and for most small
 * models. Where measurements show that it doesn't, runs stay single.
 */
export function createBatches() {
  const known = new Map<string, Known>()
  return {
    /** How many runs of a kind, of this many bytes each, are best batched into one; 1: don't batch. */
    best(kind: string, bytes: number): number {
      const { joinable, failed, alone, together } = known.get(kind) ?? UNKNOWN
      const most = Math.min(MAX_BATCH, Math.floor(MOST_BYTES / Math.max(1, bytes)))
      if (!joinable || failed || most < 2 || alone.length < FEWEST.alone) return 1
      return together.length < FEWEST.together || median(together) < WORTH * median(alone) ? most : 1
    },
    /** Records a run's duration. @param took milliseconds from the request to the reply */
    ran(kind: string, { batch, joinable, ms }: RunReply, took: number): void {
      // The first run of a kind also prepares the library.
      const isFirst = ms.load > 0 || !known.has(kind)
      if (isFirst && known.size >= KINDS) known.clear()
      const { failed, alone, together, since } = known.get(kind) ?? UNKNOWN
      const base = { joinable, failed, alone, together, since: 0 }
      const add = (times: number[]) => [...times, took / batch].slice(-KEPT)
      if (isFirst) known.set(kind, base)
      else if (batch > 1) known.set(kind, { ...base, together: add(together) })
      else if (since < RETRY) known.set(kind, { ...base, alone: add(alone), since: since + 1 })
      else known.set(kind, { ...base, alone: add(alone), together: [] })
    },
    /** Batched runs failed: from now on, runs of this kind are run one by one. */
    failed(kind: string): void {
      known.set(kind, { ...(known.get(kind) ?? UNKNOWN), failed: true })
    },
    forget: () => known.clear(),
  }
}

const UNKNOWN: Known = { joinable: false, failed: false, alone: [], together: [], since: 0 }

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** A key for runs that differ only in their data; null if the run can't be batched. */
export function kindOf({ path, options, runs, profile, carry }: RunRequest): string | null {
  if (profile || carry) return null
  const said = [path, options, runs.map(({ feeds, fetches }) => [feeds, Object.keys(fetches)])]
  return JSON.stringify(said, (key, value) => (key === 'data' ? (value as { array: string }).array : value))
}
