import type { NodeAPI } from 'node-red'
import { quoteValue, ValueError } from '../../src/types'
import { memoryOf } from '../shared/memory'
import { createRunButton } from '../shared/run-button'

/**
 * `running`: started, whatever the previous state; `stopped`: waits for a start; `asLeft`: as it was when
 * Node-RED ended.
 */
export type Restart = 'running' | 'stopped' | 'asLeft'

export interface RunControl {
  readonly isRunning: boolean
  /** @param asked `msg.control`, or the button's action @throws ValueError unless it is `start` or `stop` */
  control(asked: unknown): void
  /** Waits while the node is stopped. @returns false if the node is closed first */
  running(): Promise<boolean>
  close(removed: boolean): void
}

interface RunControlOptions {
  restart: unknown
  warn(sentence: string): void
  /** Called after each change, but not for the initial state. */
  changed(isRunning: boolean): void
}

/** Node id → whether it was stopped. Kept across deploys, which must not start the node. */
const stopped = new Map<string, boolean>()

/** Whether a node runs. Its button and messages start and stop it. */
export function createRunControl(RED: NodeAPI, id: string, { restart, warn, changed }: RunControlOptions): RunControl {
  const memory = memoryOf<{ stopped: boolean }>((RED.settings as { userDir?: string }).userDir, id, warn)
  const button = createRunButton(RED, id)
  const atStart = restart === 'stopped' || (restart === 'asLeft' && memory.read()?.stopped === true)
  let isRunning = !(stopped.get(id) ?? atStart)
  let waiting: ((isRunning: boolean) => void)[] = []
  button.offer(isRunning ? 'stop' : 'start')

  return {
    get isRunning() {
      return isRunning
    },
    control(asked) {
      if (asked !== 'start' && asked !== 'stop') {
        throw new ValueError(`control is ${quoteValue(asked)}, but must be start, stop or status`)
      }
      isRunning = asked === 'start'
      stopped.set(id, !isRunning)
      memory.write(isRunning || restart !== 'asLeft' ? undefined : { stopped: true })
      button.offer(isRunning ? 'stop' : 'start')
      if (isRunning) for (const go of waiting.splice(0)) go(true)
      changed(isRunning)
    },
    running() {
      return isRunning ? Promise.resolve(true) : new Promise((resolve) => waiting.push(resolve))
    },
    close(removed) {
      for (const go of waiting.splice(0)) go(false)
      waiting = []
      button.close()
      if (!removed) return
      stopped.delete(id)
      memory.write(undefined)
    },
  }
}
