import type { Node, NodeAPI } from 'node-red'
import type { EngineError } from '../../src/engine'
import { failure } from './controls'
import { type NodeMetrics, sayMetrics } from './metrics'
import { listed, type Saying, sayings } from './say'
import { throttle } from './throttle'

/** What a download helps against: its words say so. */
const LACKS: Record<string, Saying> = { 'model-missing': 'absent', 'model-damaged': 'damaged' }

/** Notes about a result: why it is only a guess, whether a detector has found nothing, and the randomly drawn seed. */
interface Result {
  doubt?: string | undefined
  isNothing?: boolean
  seed?: number | undefined
}

export interface RunStatus {
  started(waiting: number): void
  /** For a run with several turns: how many are done. */
  progress(done: number, turns: number): void
  done(device: string, milliseconds: number, waiting: number, dropped: number, result?: Result): void
  /** A model is loaded, and nothing needs doing. */
  ready(device: string): void
  /** The model left memory, as it had nothing to do for a while. */
  unloaded(): void
  /** @param kept messages that wait for the start */
  stopped(kept: number, refused: number): void
  failed(error: Error): void
  /** Shows figures that were asked for, until the next run. */
  figures(metrics: NodeMetrics): void
  close(): void
}

/** The line under a node that runs a model: what it does, or how the last run went. */
export function createStatus(RED: NodeAPI, node: Node): RunStatus {
  const say = sayings(RED)
  let isLoaded = false
  const show = throttle(250, (status: Parameters<Node['status']>[0]) => node.status(status))
  /** Nothing is said about none. */
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
      // What follows downloads says the same while nothing has asked for the model.
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
