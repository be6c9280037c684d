import { type ImageCodec, readSeed, readValue } from '../types'
import type { Manifest, Port, Variant } from './manifest'
import { isMask, isSeed } from './ports'

/**
 * A model's input as its type; a seed as a number or a word, and a mask unchanged: it may be of several types. @throws
 * ValueError
 */
export async function readInput(
  { label }: Pick<Manifest, 'label'>,
  variant: Variant,
  port: Port,
  value: unknown,
  codec: ImageCodec,
): Promise<unknown> {
  if (isMask(port, variant)) return value
  const called = `${label}'s ${port.name}`
  return isSeed(port, variant) && value !== undefined
    ? readSeed(value, called)
    : readValue(port.type, value, called, codec)
}
