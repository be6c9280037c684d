import type { Node, NodeAPI, NodeMessage } from 'node-red'
import { createFlight, type Flight } from '../shared/in-flight'
import { sayings } from '../shared/say'
import type { Frames } from './frames'
import { type Player, startPlayer } from './player'

export type Show = (fill: 'green' | 'blue' | 'yellow', text: string) => void

export interface Playback {
  /** Whether a walk is playing or paused. */
  readonly isActive: boolean
  /**
   * Sends frames automatically, each as a copy of a message. A walk in progress is cancelled.
   * @param isWhole sends every frame once, as fast as the flow allows; otherwise in real time, again and
   * again if the frames repeat
   * @returns for a whole walk, when it has finished; otherwise at once
   */
  start(frames: Frames, msg: NodeMessage, isWhole: boolean): Promise<void>
  stop(): void
  resume(): void
  close(): void
}

export function createPlayback(RED: NodeAPI, node: Node, send: (msg: NodeMessage) => void, show: Show): Playback {
  const say = sayings(RED)
  let current: { player: Player; frames: Frames } | null = null
  let flight: Flight | undefined

  return {
    get isActive() {
      return current !== null
    },
    async start(frames, msg, isWhole) {
      current?.player.cancel()
      flight ??= createFlight(RED.hooks, (_, forgetful) => {
        for (const name of forgetful) node.warn(say('neverDone', { name }))
      })
      const { follow, room } = flight
      const count = frames.repeats && !isWhole ? Number.POSITIVE_INFINITY : frames.count
      const id = RED.util.generateId()
      let sent = 0
      const player = startPlayer({
        count,
        interval: isWhole ? 0 : frames.interval,
        room,
        send(index) {
          const _msgid = RED.util.generateId()
          const frame: NodeMessage = { ...msg, _msgid, payload: frames.at(index % frames.count) }
          // In real time, frames may be skipped, so the total isn't known before the last one.
          if (Number.isFinite(count)) {
            const total = isWhole ? count : index === count - 1 ? sent + 1 : undefined
            Object.assign(frame, { parts: partsOf(id, sent, total) })
          }
          sent++
          follow(_msgid, () => send(frame))
          show('blue', progress(index, frames))
        },
      })
      const own = { player, frames }
      current = own
      const ended = player.over.then(() => {
        if (current !== own) return
        current = null
        show('green', say('sent', { number: sent }))
      })
      // With real-time playback, the message is done at once.
      if (isWhole) await ended
    },
    stop() {
      if (!current?.player.isPlaying) return
      current.player.stop()
      show('yellow', say('stoppedAt', { place: progress(current.player.next, current.frames) }))
    },
    resume: () => current?.player.resume(),
    close() {
      current?.player.cancel()
      current = null
      flight?.close()
    },
  }
}

/** A message's `parts`, as in Node-RED. @param count undefined: not known yet */
export function partsOf(id: string, index: number, count?: number): object {
  return { id, type: 'array', index, ...(count !== undefined && { count }) }
}

/** "3/48", or "3" if the walk never ends. */
export function progress(index: number, { count }: Frames): string {
  return Number.isFinite(count) ? `${(index % count) + 1}/${count}` : `${index + 1}`
}
