import type { Node } from 'node-red'
import type { Attempt, ChosenDevice } from '../../src/engine'
import { createRecent, type Summary } from '../../src/metrics/recent'
import { phraseIn } from '../../src/models'
import { listed, type Say } from './say'

/**
 * The parts of a message's time: waiting for its turn and for the model to load, then before, in and after
 * the model.
 */
export const PHASES = ['wait', 'pre', 'run', 'post'] as const
export type Phase = (typeof PHASES)[number]

/** Figures of a node that runs a model, since it was first deployed. */
export interface NodeMetrics {
  id: string
  type: string
  name: string
  runs: number
  /** Messages that shared a run with others. */
  batched: number
  errors: number
  /** Errors since the last run that succeeded. */
  errorsInARow: number
  /** Messages that its queue discarded. */
  dropped: number
  waiting: number
  /** The device of the last run, and those that were skipped, with reasons; null before the first run. */
  device: ChosenDevice | null
  attempts: Attempt[]
  ms: Record<Phase, Summary>
}

/** A run that succeeded. */
export interface MeteredRun {
  device: ChosenDevice
  attempts: Attempt[]
  /** How many messages shared the run. */
  batch: number
  ms: Record<Phase, number>
}

export interface Meter {
  ran(run: MeteredRun): void
  failed(): void
  dropped(): void
  readonly metrics: NodeMetrics
  /** @param removed whether the node was deleted, not only redeployed */
  close(removed: boolean): void
}

interface Entry {
  metrics: Omit<NodeMetrics, 'waiting' | 'ms'>
  ms: Record<Phase, ReturnType<typeof createRecent>>
  waiting(): number
}

/** By node id. Figures continue across deploys. */
const records = new Map<string, Entry>()

/** Counts a node's runs, errors and times. @param waiting returns the number of messages in its queue */
export function createMeter({ id, type, name = '' }: Node, waiting: () => number): Meter {
  const known = records.get(id)
  const old = known?.metrics.type === type ? known : null
  const record: Entry = {
    metrics: {
      runs: 0,
      batched: 0,
      errors: 0,
      errorsInARow: 0,
      dropped: 0,
      device: null,
      attempts: [],
      ...old?.metrics,
      id,
      type,
      name,
    },
    ms: old?.ms ?? { wait: createRecent(), pre: createRecent(), run: createRecent(), post: createRecent() },
    waiting,
  }
  records.set(id, record)
  const { metrics, ms } = record
  return {
    ran(run) {
      metrics.runs++
      metrics.errorsInARow = 0
      if (run.batch > 1) metrics.batched++
      metrics.device = run.device
      metrics.attempts = run.attempts
      for (const phase of PHASES) ms[phase].add(run.ms[phase])
    },
    failed() {
      metrics.errors++
      metrics.errorsInARow++
    },
    dropped() {
      metrics.dropped++
    },
    get metrics() {
      return read(record)
    },
    close(removed) {
      if (removed && records.get(id) === record) records.delete(id)
    },
  }
}

/** Null for a node that doesn't run a model. */
export function metricsOf(id: string): NodeMetrics | null {
  const record = records.get(id)
  return record ? read(record) : null
}

export function allMetrics(): NodeMetrics[] {
  return [...records.values()].map(read)
}

function read({ metrics, ms, waiting }: Entry): NodeMetrics {
  const { wait, pre, run, post } = ms
  return {
    ...metrics,
    waiting: waiting(),
    ms: { wait: wait.summary, pre: pre.summary, run: run.summary, post: post.summary },
  }
}

/** The figures as one line for a node's status. */
export function sayMetrics(say: Say, metrics: NodeMetrics): string {
  const { runs, errors, dropped, waiting, device, attempts, ms } = metrics
  const round = (value: number) => (value < 10 ? Math.round(value * 10) / 10 : Math.round(value))
  const times = PHASES.map((phase) => `${say(phase)} ${round(ms[phase].p50)}/${round(ms[phase].p95)}`)
  return listed(say, [
    device ? say('runsOn', { count: runs, device }) : say('runs', { count: runs }),
    say('errors', { count: errors }),
    say('droppedSoFar', { number: dropped }),
    say('waitingNow', { number: waiting }),
    ...(runs > 0 ? [say('times', { times: listed(say, times) })] : []),
    ...attempts.map(({ device, error }) => say('notOn', { device, reason: phraseIn(say('language'), error) ?? error })),
  ])
}
