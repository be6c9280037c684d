import type { Image } from '../../src/types'

/** Where a node's pictures come from. */
export interface CameraSource {
  /** @throws ValueError if it cannot be as it is set */
  check?(): unknown
  /** One picture. @param device requested by a message @throws ValueError */
  still(device: unknown): Promise<Image>
  /** Sends one picture after another, until it is stopped. */
  stream(to: Stream): void
  /** The flow has finished with a picture. */
  flowIsReady?(): void
  /** A picture that the camera page sends. */
  takeFrame?(bytes: Buffer): void
  /** The node is gone. */
  close?(): void
}

/** Where a stream of pictures goes. */
export interface Stream {
  /** Ends it. */
  readonly signal: AbortSignal
  /** Milliseconds from one picture to the next. */
  readonly interval: number
  /** Whether the flow takes a picture now. */
  isReady(): boolean
  /** Waits until it does. */
  ready(): Promise<void>
  give(image: Image): void
  /** A picture is discarded for a newer one. */
  leaveOut(): void
  /** @param isNews whether it hasn't been reported yet, if the same is tried repeatedly */
  fail(problem: Error, isNews: boolean): void
}
