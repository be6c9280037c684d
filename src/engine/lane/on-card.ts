import { randomBytes } from 'node:crypto'
import type { PixelFeed } from '../types'

/** A picture as planes in a graphics card's memory. */
export interface CardTensor {
  readonly location: string
  readonly dims: readonly number[]
  dispose(): void
}

/** Maximum bytes of the card's memory for pictures. */
const MOST_BYTES = 256 * 2 ** 20

/**
 * Keeps pictures on the graphics card for the following models. All of them are in the engine's store too, so
 * the oldest can be discarded at any time.
 */
export function createOnCard(most = MOST_BYTES) {
  /** Part of the names, because other lanes don't have these pictures. */
  const lane = randomBytes(6).toString('hex')
  const held = new Map<string, CardTensor>()
  let made = 0
  let bytes = 0

  function drop(id: string, tensor: CardTensor): void {
    held.delete(id)
    bytes -= bytesOf(tensor)
    tensor.dispose()
  }

  return {
    /** @returns the name under which it can be found */
    put(tensor: CardTensor): string {
      const id = `${lane} ${made++}`
      held.set(id, tensor)
      bytes += bytesOf(tensor)
      for (const [oldest, other] of held) if (bytes > most && oldest !== id) drop(oldest, other)
      return id
    },
    /** The planes of this picture, if they are still there. */
    get(id: string | undefined, { width, height, channels }: Omit<PixelFeed, 'data'>): CardTensor | undefined {
      const tensor = id === undefined ? undefined : held.get(id)
      return String(tensor?.dims) === String([1, channels, height, width]) ? tensor : undefined
    },
    clear(): void {
      for (const [id, tensor] of held) drop(id, tensor)
    },
  }
}

const bytesOf = ({ dims }: CardTensor) => dims.reduce((product, size) => product * size, 4)
