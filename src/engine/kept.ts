import type { Glimpse } from './glimpse'

/** A part of the store's file. */
export interface Region {
  readonly offset: number
  readonly bytes: number
  /** How many runs read it or may write to it. Meanwhile it isn't given to others. */
  pins: number
  /** Whether nothing refers to the picture in it any more. */
  isUnwanted: boolean
  /** Whether it has been released. */
  isFree: boolean
}

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
  /** Small versions of the picture that were sent with it. */
  glimpses?: readonly Glimpse[]
  /** For a label map: a mask with 1 for each id that occurs in a pixel, up to the largest. */
  shown?: Uint8Array | undefined
}

const ARRAYS = { Uint8Array, Uint16Array, Float32Array }
/** The names used in `Place`. */
const KINDS = { Uint8Array: 'bytes', Uint16Array: 'ids', Float32Array: 'floats' } as const

export type KeptArray = keyof typeof ARRAYS

export const isKeptArray = (name: string): name is KeptArray => Object.hasOwn(ARRAYS, name)

/**
 * The numbers of a picture or label map, which stay where the lane wrote them until they are read. A model of
 * the same engine gets this object instead of the numbers.
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
   * @param reserves how much memory reading would need. Nothing is allocated before then, but Node.js counts
   * it, so it collects unused handles as early as if the numbers were here. That is too early in most cases,
   * as the collection takes longer than anything else done here.
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

  /** A small version of the picture, if one was sent with it. */
  glimpse(side: number, isSquare: boolean): Glimpse | undefined {
    return this.#glimpses.find((each) => each.side === side && each.isSquare === isSquare)
  }

  /** The numbers, fetched into this process on first use. */
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

/** Overwritten at once, so it isn't cleared. */
function memory(bytes: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(bytes).buffer
}
