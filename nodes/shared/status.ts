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
  const show = throttle(250, (status: Parameters<Node['status']>[0]) => node.status(status))
  /** A count of 0 isn't shown. */
  const counted = (key: Saying, number: number) => (number > 0 ? [say(key, { number })] : [])
  return {
    started(waiting) {
      const text = [say(isLoaded ? 'running' : 'loading'), ...counted('waiting', waiting)]
      show({ fill: 'blue', shape: 'ring', text: listed(say, text) })
    },
    progress(done, turns) {
      show({ fill: 'blue', shape: 'ring', text: say('turn', { number: done + 1, turns }) })
    },
    done(device, milliseconds, waiting, dropped, { doubt, isNothing, seed } = {}) {
      isLoaded = true
      const time = `${device} ${Math.round(milliseconds)} ms`
      const found = isNothing ? [say('nothingFound')] : []
      const text = [
        ...(doubt ? [doubt] : []),
        ...found,
        time,
        ...(seed === undefined ? [] : [say('seed', { seed })]),
        ...counted('waiting', waiting),
        ...counted('dropped', dropped),
      ]
      show({
        ...(doubt ? { fill: 'yellow', shape: 'ring' } : { fill: 'green', shape: 'dot' }),
        text: listed(say, text),
      })
    },
    ready(device) {
      isLoaded = true
      show({ fill: 'green', shape: 'ring', text: say('ready', { device }) })
    },
    unloaded() {
      isLoaded = false
      show({ fill: 'grey', shape: 'dot', text: say('unloaded') })
    },
    stopped(kept, refused) {
      isLoaded = false
      const text = [say('stopped'), ...counted('keeps', kept), ...counted('refused', refused)]
      show({ fill: 'grey', shape: 'ring', text: listed(say, text) })
    },
    failed(error) {
      // The same words as those shown for a model that isn't downloaded before any message needs it.
      const lack = LACKS[(error as Partial<EngineError>).code ?? '']
      show(lack ? { fill: 'red', shape: 'ring', text: say(lack) } : failure(error))
    },
    figures(metrics) {
      show({ fill: 'grey', shape: 'dot', text: sayMetrics(say, metrics) })
    },
    close() {
      show.cancel()
      node.status({})
    },
  }
}
