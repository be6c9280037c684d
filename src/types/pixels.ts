import { hashOf } from './hash'
import { inPieces } from './in-pieces'
import { asBytes, asFloats, asUint16 } from './typed-array'

/** The numbers of a picture (bytes or floats) or of a label map (bytes or 16-bit ids). */
export type Numbers = Uint8Array | Uint16Array | Float32Array

/** A small form of a picture or a label map of this width and height. */
interface Small {
  width: number
  height: number
  of: { width: number; height: number }
  data: Numbers
}

/** Where numbers are. */
export interface Place<N extends Numbers = Numbers> {
  readonly kind: 'bytes' | 'ids' | 'floats'
  readonly length: number
  /** Fetches them into this process. Called at most once. */
  read(): N
  /**
   * A small form of the picture or label map that is here already: its longer side, or both if it is square, in pixels.
   */
  glimpse?(side: number, isSquare: boolean): Small | undefined
  /** What `Pixels.shown` says, if that is known about a label map without its numbers. */
  readonly shown?: Uint8Array | undefined
}

const TAG = 'DaisychainPixels'

/**
 * The handle to the numbers of a picture or a label map. Immutable, and all copies of a value share it.
 *
 * The tag makes Node-RED's clone pass it by reference, and the hash, the only thing that can be enumerated, makes
 * Node-RED's comparison right: equal numbers are equal, others are not.
 */
export class Pixels<N extends Numbers = Numbers> {
  /** Numbers that are in this process. */
  static here<N extends Numbers>(numbers: N): Pixels<N> {
    const kind = numbers instanceof Float32Array ? 'floats' : numbers instanceof Uint16Array ? 'ids' : 'bytes'
    return new Pixels({ kind, length: numbers.length, read: () => numbers })
  }

  readonly #place: Place<N>
  #numbers: N | undefined
  #hash: string | undefined
  #shown: Uint8Array | undefined
  /** Identifies the numbers; computed on demand. */
  declare readonly hash: string

  constructor(place: Place<N>) {
    this.#place = place
    Object.defineProperty(this, 'hash', Pixels.#hashed)
    Object.freeze(this)
  }

  get [Symbol.toStringTag](): string {
    return TAG
  }

  get place(): Place<N> {
    return this.#place
  }

  /** The numbers themselves, fetched when first read. They are never written to. */
  get data(): N {
    this.#numbers ??= this.#place.read()
    return this.#numbers
  }

  /** For each id up to the largest that a label map shows: 1 where some pixel has it, else 0. */
  get shown(): Uint8Array {
    this.#shown ??= this.#place.shown ?? withoutEnd(lookAt(this.data))
    return this.#shown
  }

  /** Looks in pieces, so that nothing else waits for a large map: `shown` then answers at once. */
  async look(): Promise<void> {
    if (this.#shown || this.#place.shown) return
    const { data } = this
    const isShown = new Uint8Array(IDS)
    await inPieces(data.length, (from, to) => lookAt(data, isShown, from, to))
    this.#shown = withoutEnd(isShown)
  }

  /** JSON leaves it out. */
  toJSON(): undefined {
    return undefined
  }

  static readonly #hashed: PropertyDescriptor & ThisType<Pixels> = {
    enumerable: true,
    get() {
      this.#hash ??= hashOf(this.data)
      return this.#hash
    },
  }
}

/** Whether a value is such a handle, of this copy of the package or another. */
export function isPixels(value: unknown): value is Pixels {
  return value instanceof Pixels || Object.prototype.toString.call(value) === `[object ${TAG}]`
}

/**
 * The handle of a record's numbers: its own `data` takes precedence over the `pixels` that a copy of a value has.
 *
 * @returns null if it has neither
 */
export function pixelsOf(record: { data?: unknown; pixels?: unknown }): Pixels | null {
  if (isPixels(record.pixels) && !Object.hasOwn(record, 'data')) return record.pixels
  const { data } = record
  const numbers = asBytes(data) ?? asUint16(data) ?? asFloats(data)
  return numbers && Pixels.here(numbers)
}

/** How many different ids there can be. */
const IDS = 2 ** 16

function lookAt(ids: Numbers, isShown = new Uint8Array(IDS), from = 0, to = ids.length): Uint8Array {
  for (let i = from; i < to; i++) isShown[ids[i] as number] = 1
  return isShown
}

function withoutEnd(isShown: Uint8Array): Uint8Array {
  return isShown.slice(0, isShown.lastIndexOf(1) + 1)
}
