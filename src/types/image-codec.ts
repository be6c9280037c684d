import type { Image } from './image'

/** How encoded pictures are decoded; given by whoever reads values, since decoding needs the machine. */
export interface ImageCodec {
  /** @throws an error whose message is one sentence, when it is no picture that can be decoded */
  decode(source: Uint8Array | { path: string }): Promise<Image>
}
