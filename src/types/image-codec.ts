import type { Audio } from './audio'
import type { Image } from './image'

/**
 * How encoded pictures and sounds are decoded; provided by the code that reads values, since decoding needs the
 * machine.
 */
export interface ImageCodec {
  /** Whether a picture may represent a label map: over a network, label maps have no other form. */
  readonly readsLabels?: boolean
  /** Called with what is missing at the end of a sound; without it, such a sound is refused. */
  warn?(sentence: string): void
  /**
   * @param options.grey whether a grey picture keeps its one channel; otherwise it becomes RGB
   * @param options.numbers whether a picture of more than 8 bits keeps its numbers, as floats; otherwise it becomes 8
   * bits
   * @param options.ids whether its numbers are label ids, which one channel keeps whatever its bits, or the labels'
   * colours: a gamma means nothing then
   * @throws an error whose message is one sentence, when it isn't a picture that can be decoded
   */
  decode(
    source: Uint8Array | { path: string },
    options?: { grey?: boolean; numbers?: boolean; ids?: boolean },
  ): Promise<Image>
  /**
   * All channels, at the sound's own rate.
   *
   * @param warn see `warn`
   * @throws an error whose message is one sentence, when it isn't a sound that can be decoded
   */
  decodeSound(source: Uint8Array | { path: string }, warn?: (sentence: string) => void): Promise<Audio>
}
