import type { Image } from '../../src/types'

/** A source of a node's pictures. */
export interface CameraSource {
  /** @throws ValueError if its settings are invalid */
  check?(): unknown
  /** Takes one picture. @param device the camera that a message names @throws ValueError */
  still(device: unknown): Promise<Image>
  /** Sends pictures continuously until it is stopped. */
  stream(to: Stream): void
  /** Called when the flow has finished a picture. */
  flowIsReady?(): void
  /** Receives a picture from the camera page. */
  takeFrame?(bytes: Buffer): void
  /** Called when the node is closed. */
  close?(): void
}

/** The receiver of continuous pictures. */
export interface Stream {
  /** Ends it. */
  readonly signal: AbortSignal
  /** Milliseconds between two pictures. */
  readonly interval: number
  /** Whether the flow is ready for a picture. */
  isReady(): boolean
  /** Waits until the flow is ready. */
  ready(): Promise<void>
  give(image: Image): void
  /** To be called when a picture is discarded for a newer one. */
  leaveOut(): void
  /** @param isNews false if the same problem has been reported already in repeated attempts */
  fail(problem: Error, isNews: boolean): void
}
