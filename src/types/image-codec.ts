import type { Audio } from './audio'
import type { Image } from './image'

/** How encoded pictures and sounds are decoded; given by whoever reads values, since decoding needs the machine. */
export interface ImageCodec {
  /** Whether a picture may stand for a label map: over a network, where label maps have no other form. */
  readonly readsLabels?: boolean
  /** Is told what is missing at the end of a sound; without it, such a sound is refused. */
  warn?(sentence: string): void
  /**
   * @param options.grey whether a grey picture keeps its one channel; else it becomes RGB
   * @param options.numbers whether a picture of more than 8 bits keeps its numbers, as floats; else it becomes 8 bits
   * @throws an error whose message is one sentence, when it isn't a picture that can be decoded
   */
  decode(source: Uint8Array | { path: string }, options?: { grey?: boolean; numbers?: boolean }): Promise<Image>
  /**
   * All channels, at the sound's own rate.
   *
   * @param warn see `warn`
   * @throws an error whose message is one sentence, when it isn't a sound that can be decoded
   */
  decodeSound(source: Uint8Array | { path: string }, warn?: (sentence: string) => void): Promise<Audio>
}
