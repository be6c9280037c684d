import { type ImageCodec, readSeed, readValue } from '../types'
import type { Manifest, Port, Variant } from './manifest'
import { isMask, isSeed } from './ports'

/**
 * Reads a model's input as its declared type. A seed is read as a number or a word. A mask is returned
 * unchanged, because it may have several types.
 * @throws ValueError
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
