import type { Packet, Reply, Request } from './protocol'
import type { LoadedModel } from './types'

/** Runs models outside Node-RED's thread, one request at a time. */
export interface Lane {
  /** The process id, if the lane is a process. */
  readonly pid: number | undefined
  /** Sends a request; its data is copied or written before this returns. Call only after the last reply has arrived. */
  send(packet: Packet<Request>): void
  /**
   * Gives up the lane. A process is killed. A thread can't be killed safely, so it finishes its run and then
   * ends. `ended` is called afterwards.
   */
  kill(): void
  /** While held, the lane keeps Node.js alive. */
  hold(on: boolean): void
}

export interface LaneEvents {
  reply(packet: Packet<Reply>): void
  loaded(models: LoadedModel[]): void
  /** Called with each line that the native library prints. */
  printed(line: string): void
  /**
   * Called when it has ended. `how` completes the sentence "the inference process …". Always called once,
   * last.
   * @param crashed whether it ended without being told to
   */
  ended(how: string, crashed: boolean): void
}

/** Passes on a packet as a reply or an event. */
export function receive(packet: Packet, events: LaneEvents): void {
  const body = packet.body as Reply | { loaded: LoadedModel[] }
  if ('loaded' in body) events.loaded(body.loaded)
  else events.reply(packet as Packet<Reply>)
}
