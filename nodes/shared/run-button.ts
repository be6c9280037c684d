import type { NodeAPI } from 'node-red'

/** What a node's button on the canvas does when pressed, and the word for it in `msg.control`. */
export type Press = 'start' | 'stop' | 'resume'

export interface RunButton {
  /** Updates the button in every open editor. */
  offer(press: Press): void
  close(): void
}

export function createRunButton(RED: NodeAPI, id: string): RunButton {
  const topic = `daisychain/run/${id}`
  let offered: Press | undefined
  return {
    offer(press) {
      if (press === offered) return
      offered = press
      RED.comms.publish(topic, { press }, true)
    },
    close: () => RED.comms.publish(topic, {}, false),
  }
}
