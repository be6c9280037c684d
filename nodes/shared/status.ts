import type { Node, NodeAPI } from 'node-red'
import type { EngineError } from '../../src/engine'
import { failure } from './controls'
import { type NodeMetrics, sayMetrics } from './metrics'
import { listed, type Saying, sayings } from './say'
import { throttle } from './throttle'

/** Problems that a download solves; their words say so. */
const LACKS: Record<string, Saying> = { 'model-missing': 'absent', 'model-damaged': 'damaged' }

/** Notes about a result: why it is only a guess, whether a detector has found nothing, and the randomly drawn seed. */
interface Result {
  doubt?: string | undefined
  isNothing?: boolean
  seed?: number | undefined
}

export interface RunStatus {
  started(waiting: number): void
  /** For a run with several turns: how many are finished. */
  progress(done: number, turns: number): void
  done(device: string, milliseconds: number, waiting: number, dropped: number, result?: Result): void
  /** The model is loaded, and nothing is running. */
  ready(device: string): void
  /** The model was unloaded after an idle time. */
  unloaded(): void
  /** @param kept number of messages waiting for the start */
  stopped(kept: number, refused: number): void
  failed(error: Error): void
  /** Shows the figures requested with `msg.control`, until the next run. */
  figures(metrics: NodeMetrics): void
  close(): void
}

/** The line under a node that runs a model: what it is doing, or how the last run went. */
export function createStatus(RED: NodeAPI, node: Node): RunStatus {
  const say = sayings(RED)
  let isLoaded = false
  // Most are replaced before they are shown, so the words are only looked up for those that are.
  const show = throttle(250, (statusOf: () => Parameters<Node['status']>[0]) => node.status(statusOf()))
  /** A count of 0 isn't shown. */
  const counted = (key: Saying, number: number) => (number > 0 ? [say(key, { number })] : [])
  return {
    started(waiting) {
      const doing = isLoaded ? 'running' : 'loading'
      show(() => ({
        ...{ fill: 'blue', shape: 'ring' },
        text: listed(say, [say(doing), ...counted('waiting', waiting)]),
      }))
    },
    progress(done, turns) {
      show(() => ({ fill: 'blue', shape: 'ring', text: say('turn', { number: done + 1, turns }) }))
    },
    done(device, milliseconds, waiting, dropped, { doubt, isNothing, seed } = {}) {
      isLoaded = true
      show(() => {
        const text = [
          ...(doubt ? [doubt] : []),
          ...(isNothing ? [say('nothingFound')] : []),
          `${device} ${Math.round(milliseconds)} ms`,
          ...(seed === undefined ? [] : [say('seed', { seed })]),
          ...counted('waiting', waiting),
          ...counted('dropped', dropped),
        ]
        return {
          ...(doubt ? { fill: 'yellow', shape: 'ring' } : { fill: 'green', shape: 'dot' }),
          text: listed(say, text),
        }
      })
    },
    ready(device) {
      isLoaded = true
      show(() => ({ fill: 'green', shape: 'ring', text: say('ready', { device }) }))
    },
    unloaded() {
      isLoaded = false
      show(() => ({ fill: 'grey', shape: 'dot', text: say('unloaded') }))
    },
    stopped(kept, refused) {
      isLoaded = false
      show(() => ({
        ...{ fill: 'grey', shape: 'ring' },
        text: listed(say, [say('stopped'), ...counted('keeps', kept), ...counted('refused', refused)]),
      }))
    },
    failed(error) {
      // The same words as those shown for a model that isn't downloaded before any message needs it.
      const lack = LACKS[(error as Partial<EngineError>).code ?? '']
      show(() => (lack ? { fill: 'red', shape: 'ring', text: say(lack) } : failure(error)))
    },
    figures(metrics) {
      show(() => ({ fill: 'grey', shape: 'dot', text: sayMetrics(say, metrics) }))
    },
    close() {
      show.cancel()
      node.status({})
    },
  }
}
