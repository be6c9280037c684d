import type { NodeAPI } from 'node-red'
import { quoteValue, ValueError } from '../../src/types'
import { memoryOf } from '../shared/memory'
import { createRunButton } from '../shared/run-button'

/** `running`: whatever the previous state; `stopped`: it waits for a start; `asLeft`: as when Node-RED ended. */
export type Restart = 'running' | 'stopped' | 'asLeft'

export interface RunControl {
  readonly isRunning: boolean
  /** @param asked `msg.control` or what the button asked for @throws ValueError if that is neither start nor stop */
  control(asked: unknown): void
  /** Waits while the node is stopped. @returns false if it is closed meanwhile */
  running(): Promise<boolean>
  close(removed: boolean): void
}

interface RunControlOptions {
  restart: unknown
  warn(sentence: string): void
  /** Called after each change, not for the state at the beginning. */
  changed(isRunning: boolean): void
}

/** Which nodes were stopped, so that a deploy does not start them. */
const stopped = new Map<string, boolean>()

/** Whether a node runs: started and stopped by its button and by messages. */
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
