import { randomBytes } from 'node:crypto'
import type { PixelFeed } from '../types'

/** Planes of a picture, in the memory of a graphics card. */
export interface CardTensor {
  readonly location: string
  readonly dims: readonly number[]
  dispose(): void
}

/** Bytes of the card's memory that pictures may use in total. */
const MOST_BYTES = 256 * 2 ** 20

/**
 * Keeps pictures on the graphics card for the models after the one that made them. All of them are in the engine's
 * store too, so the oldest can be dropped at any time.
 */
export function createOnCard(most = MOST_BYTES) {
  /** Other lanes are never asked for what is here. */
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
    /** @returns the name under which it can be requested */
    put(tensor: CardTensor): string {
      const id = `${lane} ${made++}`
      held.set(id, tensor)
      bytes += bytesOf(tensor)
      for (const [oldest, other] of held) if (bytes > most && oldest !== id) drop(oldest, other)
      return id
    },
    /** The planes of this very picture, if they are still there. */
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
