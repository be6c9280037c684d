import type { Audio } from './audio'
import type { Image } from './image'

/** What an encoded picture is to be read as; by default, as the 8-bit colours that display it. */
export interface DecodeAs {
  /** Whether a grey picture keeps its single channel; otherwise it becomes RGB. */
  grey?: boolean
  /** Whether a picture of more than 8 bits keeps its values, as floats; otherwise it becomes 8 bits. */
  numbers?: boolean
  /**
   * Whether the picture is a label map: a single channel keeps its values in any bit depth, or its colours
   * are those of the labels; its gamma is ignored.
   */
  ids?: boolean
  /** Whether a PNG with the palette of PASCAL VOC gives its indexes as a single channel. */
  indexes?: boolean
}

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
   * Waits until there is memory for the samples of a WAV, which is decoded without the codec.
   *
   * @throws ValueError if there isn't, and the work refuses to wait
   */
  admit?(bytes: number): Promise<void>
  /** @throws an error with a one-sentence message if it isn't a picture that can be decoded */
  decode(source: Uint8Array | { path: string }, options?: DecodeAs): Promise<Image>
  /**
   * Decodes all channels at the sound's own sample rate.
   *
   * @param warn see `warn`
   * @throws an error with a one-sentence message if it isn't a sound that can be decoded
   */
  decodeSound(source: Uint8Array | { path: string }, warn?: (sentence: string) => void): Promise<Audio>
}
