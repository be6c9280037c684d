import type { Packet, Reply, Request } from './protocol'
import type { LoadedModel } from './types'

/** Runs models outside Node-RED's thread, one request at a time. */
export interface Lane {
  /** Process id, of a process lane. */
  readonly pid: number | undefined
  /** Sends a request; its data is copied or written before this returns. Call only after the last reply has arrived. */
  send(packet: Packet<Request>): void
  /**
   * Abandons it: a process is killed; a thread can't be killed safely, so it finishes its run and then ends. `ended`
   * follows.
   */
  kill(): void
  /** While held, the lane keeps Node.js alive. */
  hold(on: boolean): void
}

export interface LaneEvents {
  reply(packet: Packet<Reply>): void
  loaded(models: LoadedModel[]): void
  /** A line the native library printed. */
  printed(line: string): void
  /**
   * It has ended; `how` completes the sentence "the inference process …". Always called once, last.
   *
   * @param crashed it ended without being told to
   */
  ended(how: string, crashed: boolean): void
}

/** Tells a reply from an event. */
export function receive(packet: Packet, events: LaneEvents): void {
  const body = packet.body as Reply | { loaded: LoadedModel[] }
  if ('loaded' in body) events.loaded(body.loaded)
  else events.reply(packet as Packet<Reply>)
}
