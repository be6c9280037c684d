import type { Glimpse } from './glimpse'
import type { Region } from './store'

export type KeptNumbers = Uint8Array | Float32Array

/** Where the numbers of a result lie: in an engine's store, or in memory that threads share. */
export type Source =
  | {
      region: Region
      copyTo(target: Uint8Array): void
      /** Its name on the graphics card of the lane that made it. */
      card?: string | undefined
    }
  | { shared: Uint8Array }

/**
 * The numbers of a result that stay where the lane put them until somebody reads them. A model of the same engine is given this
 * instead of the numbers.
 */
export class Kept<N extends KeptNumbers = KeptNumbers> {
  readonly kind: 'bytes' | 'floats'
  /** How many numbers. */
  readonly length: number
  /**
   * Where they are read to. It takes no memory before that, but Node.js counts it: what nobody holds any more is thus found
   * as soon as if the numbers were here.
   */
  readonly #memory: ArrayBuffer
  #source: Source
  readonly #glimpses: readonly Glimpse[]
  #numbers: N | undefined

  constructor(kind: 'bytes' | 'floats', byteLength: number, source: Source, glimpses: readonly Glimpse[] = []) {
    this.kind = kind
    this.length = kind === 'floats' ? byteLength / 4 : byteLength
    this.#memory = Buffer.allocUnsafeSlow(byteLength).buffer
    this.#source = source
    this.#glimpses = glimpses
  }

  get source(): Source {
    return this.#source
  }

  /** A small form of the picture that came with it, if one did. */
  glimpse(side: number, isSquare: boolean): Glimpse | undefined {
    return this.#glimpses.find((each) => each.side === side && each.isSquare === isSquare)
  }

  /** The numbers, brought into this process when somebody first asks. */
  read(): N {
    if (this.#numbers) return this.#numbers
    const bytes = new Uint8Array(this.#memory)
    if ('shared' in this.#source) bytes.set(this.#source.shared)
    else this.#source.copyTo(bytes)
    this.#numbers = (this.kind === 'floats' ? new Float32Array(this.#memory) : bytes) as N
    return this.#numbers
  }
}
