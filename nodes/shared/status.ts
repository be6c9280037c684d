import type { Node } from 'node-red'
import { throttle } from './throttle'

export interface RunStatus {
  started(waiting: number): void
  done(device: string, milliseconds: number, waiting: number, dropped: number): void
  failed(sentence: string): void
  /** Shows figures that were asked for, until the next run. */
  figures(text: string): void
  close(): void
}

/** The line under a node that runs a model: what it does, or how the last run went. */
export function createStatus(node: Node): RunStatus {
  let hasRun = false
  const show = throttle(250, (status: Parameters<Node['status']>[0]) => node.status(status))
  return {
    started(waiting) {
      const text = [hasRun ? 'running…' : 'loading…', ...(waiting > 0 ? [`waiting ${waiting}`] : [])]
      show({ fill: 'blue', shape: 'ring', text: text.join(', ') })
    },
    done(device, milliseconds, waiting, dropped) {
      hasRun = true
      const text = [
        `${device} ${Math.round(milliseconds)} ms`,
        ...(waiting > 0 ? [`waiting ${waiting}`] : []),
        ...(dropped > 0 ? [`dropped ${dropped}`] : []),
      ]
      show({ fill: 'green', shape: 'dot', text: text.join(', ') })
    },
    failed(sentence) {
      show({ fill: 'red', shape: 'ring', text: sentence })
    },
    figures(text) {
      show({ fill: 'grey', shape: 'dot', text })
    },
    close() {
      show.cancel()
      node.status({})
    },
  }
}
