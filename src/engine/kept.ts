import type { Glimpse } from './glimpse'
import type { Region } from './store'

export type KeptNumbers = Uint8Array | Uint16Array | Float32Array

/** Where the numbers of a result are: in an engine's store, or in memory that threads share. */
export type Source =
  | {
      region: Region
      copyTo(target: Uint8Array): void
      /** Its name on the graphics card of the lane that made it. */
      card?: string | undefined
    }
  | { shared: Uint8Array }

/** What is known about the numbers without reading them. */
export interface KeptAbout {
  /** Small forms of the picture that came along. */
  glimpses?: readonly Glimpse[]
  /** Of a label map, for each id up to the largest: 1 where some pixel has it, else 0. */
  shown?: Uint8Array | undefined
}

const ARRAYS = { Uint8Array, Uint16Array, Float32Array }
/** What `Place` calls them. */
const KINDS = { Uint8Array: 'bytes', Uint16Array: 'ids', Float32Array: 'floats' } as const

export type KeptArray = keyof typeof ARRAYS

export const isKeptArray = (name: string): name is KeptArray => Object.hasOwn(ARRAYS, name)

/**
 * The numbers of a picture or a label map that stay where the lane put them until somebody reads them. A model of the
 * same engine is passed this instead of the numbers.
 */
export class Kept<N extends KeptNumbers = KeptNumbers> {
  readonly array: KeptArray
  readonly byteLength: number
  readonly shown?: Uint8Array | undefined
  #reserved: ArrayBuffer | undefined
  #source: Source
  readonly #glimpses: readonly Glimpse[]
  #numbers: N | undefined

  /**
   * @param reserves the memory that reading needs. Nothing is allocated before then, but Node.js counts it, so unused
   * handles are found as early as if the numbers were here. That is early, and searching for them takes longer than
   * everything else done here.
   */
  constructor(
    array: KeptArray,
    byteLength: number,
    source: Source,
    { glimpses = [], shown }: KeptAbout = {},
    reserves = true,
  ) {
    this.array = array
    this.byteLength = byteLength
    if (shown) this.shown = shown
    if (reserves) this.#reserved = memory(byteLength)
    this.#source = source
    this.#glimpses = glimpses
  }

  get kind(): 'bytes' | 'ids' | 'floats' {
    return KINDS[this.array]
  }

  /** How many numbers. */
  get length(): number {
    return this.byteLength / ARRAYS[this.array].BYTES_PER_ELEMENT
  }

  get source(): Source {
    return this.#source
  }

  /** A small form of the picture, if one came along. */
  glimpse(side: number, isSquare: boolean): Glimpse | undefined {
    return this.#glimpses.find((each) => each.side === side && each.isSquare === isSquare)
  }

  /** The numbers, fetched into this process when somebody first asks. */
  read(): N {
    if (this.#numbers) return this.#numbers
    const buffer = this.#reserved ?? memory(this.byteLength)
    const bytes = new Uint8Array(buffer)
    if ('shared' in this.#source) bytes.set(this.#source.shared)
    else this.#source.copyTo(bytes)
    this.#numbers = new ARRAYS[this.array](buffer) as N
    return this.#numbers
  }
}

/** Overwritten at once, so it needn't be cleared. */
function memory(bytes: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(bytes).buffer
}
