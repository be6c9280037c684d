import type { ImageCodec } from './image-codec'
import type { PortType } from './port-type'
import { type Reader, readers } from './readers'
import { Refusal, refuse } from './refusal'
import { ValueError } from './value-error'

/**
 * Reads the value that arrives at a typed input. Any form of it is accepted, but its meaning must match the
 * type exactly.
 *
 * @param name the input's name, with which error messages begin
 * @returns an `Image`, a `Segmentation`, an `Audio`, a list of numbers (`number[]` or `Float32Array`) for a
 * vector, otherwise plain values; the type's default if no value arrived
 * @throws ValueError
 */
export async function readValue(type: PortType, value: unknown, name: string, codec: ImageCodec): Promise<unknown> {
  if (type.type === 'any') return value
  const isMissing = value === undefined || value === null
  if (isMissing && 'default' in type && type.default !== undefined) return type.default
  if (isMissing) return refuse(name, value, type)
  try {
    return await (readers[type.type] as Reader<PortType>)(type, value, { name, codec, readValue })
  } catch (error) {
    if (error instanceof Refusal) throw error
    const sentence = `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw new Refusal(sentence, error instanceof ValueError ? error.code : 'value')
  }
}
