import type { Audio } from './audio'
import type { Image } from './image'

/**
 * Decodes pictures and sounds. It is provided by the code that calls `readValue`, because decoding depends on
 * the platform.
 */
export interface ImageCodec {
  /** Whether a picture may represent a label map. Over a network, label maps have no other form. */
  readonly readsLabels?: boolean
  /**
   * Called with a description of what is missing at the end of a sound. Without it, incomplete sounds are
   * refused.
   */
  warn?(sentence: string): void
  /**
   * @param options.grey whether a grey picture keeps its single channel; otherwise it becomes RGB
   * @param options.numbers whether a picture of more than 8 bits keeps its values, as floats; otherwise it
   * becomes 8 bits
   * @param options.ids whether the picture is a label map: its single channel keeps its values in any bit
   * depth, or its colours are those of the labels; its gamma is ignored
   * @throws an error with a one-sentence message if it isn't a picture that can be decoded
   */
  decode(
    source: Uint8Array | { path: string },
    options?: { grey?: boolean; numbers?: boolean; ids?: boolean },
  ): Promise<Image>
  /**
   * Decodes all channels at the sound's own sample rate.
   *
   * @param warn see `warn`
   * @throws an error with a one-sentence message if it isn't a sound that can be decoded
   */
  decodeSound(source: Uint8Array | { path: string }, warn?: (sentence: string) => void): Promise<Audio>
}
