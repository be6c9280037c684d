import type { Node } from 'node-red'
import { throttle } from './throttle'

export interface RunStatus {
  started(waiting: number): void
  done(device: string, milliseconds: number, waiting: number, dropped: number): void
  /** A model is in memory, and nothing has to be done. */
  ready(device: string): void
  /** The model left memory, as it had nothing to do for a while. */
  unloaded(): void
  /** @param kept messages that wait for the start */
  stopped(kept: number, refused: number): void
  failed(sentence: string): void
  /** Shows figures that were asked for, until the next run. */
  figures(text: string): void
  close(): void
}

/** The line under a node that runs a model: what it does, or how the last run went. */
export function createStatus(node: Node): RunStatus {
  let isLoaded = false
  const show = throttle(250, (status: Parameters<Node['status']>[0]) => node.status(status))
  return {
    started(waiting) {
      const text = [isLoaded ? 'running…' : 'loading…', ...(waiting > 0 ? [`waiting ${waiting}`] : [])]
      show({ fill: 'blue', shape: 'ring', text: text.join(', ') })
    },
    done(device, milliseconds, waiting, dropped) {
      isLoaded = true
      const text = [
        `${device} ${Math.round(milliseconds)} ms`,
        ...(waiting > 0 ? [`waiting ${waiting}`] : []),
        ...(dropped > 0 ? [`dropped ${dropped}`] : []),
      ]
      show({ fill: 'green', shape: 'dot', text: text.join(', ') })
    },
    ready(device) {
      isLoaded = true
      show({ fill: 'green', shape: 'ring', text: `ready, ${device}` })
    },
    unloaded() {
      isLoaded = false
      show({ fill: 'grey', shape: 'dot', text: 'not in use, unloaded' })
    },
    stopped(kept, refused) {
      isLoaded = false
      const text = ['stopped', ...(kept > 0 ? [`keeps ${kept}`] : []), ...(refused > 0 ? [`refused ${refused}`] : [])]
      show({ fill: 'grey', shape: 'ring', text: text.join(', ') })
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
