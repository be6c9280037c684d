import { hashOf } from './hash'
import { inPieces } from './in-pieces'
import { asBytes, asFloats, asUint16, type Numbers } from './typed-array'

/** A small version of a picture or label map, and the full size `of` which it was made. */
interface Small {
  width: number
  height: number
  of: { width: number; height: number }
  data: Numbers
}

/** The location of the numbers: in this process or elsewhere. */
export interface Place<N extends Numbers = Numbers> {
  readonly kind: 'bytes' | 'ids' | 'floats'
  readonly length: number
  /** Copies the numbers into this process. Called at most once. */
  read(): N
  /**
   * A small version that is in this process already. `side` is the length of its longer side, or of both if
   * it is square, in pixels.
   */
  glimpse?(side: number, isSquare: boolean): Small | undefined
  /** The value of `Pixels.shown`, if it is known without fetching the label map's ids. */
  readonly shown?: Uint8Array | undefined
}

const TAG = 'DaisychainPixels'

/**
 * A handle to the numbers of a picture or a label map. It is immutable, and all copies of a value share it.
 *
 * The tag makes Node-RED's clone pass the handle by reference. The hash is the only enumerable property, so
 * Node-RED compares handles by their contents.
 */
export class Pixels<N extends Numbers = Numbers> {
  /** Wraps numbers that are in this process. */
  static here<N extends Numbers>(numbers: N): Pixels<N> {
    const kind = numbers instanceof Float32Array ? 'floats' : numbers instanceof Uint16Array ? 'ids' : 'bytes'
    return new Pixels({ kind, length: numbers.length, read: () => numbers })
  }

  readonly #place: Place<N>
  #numbers: N | undefined
  #hash: string | undefined
  #shown: Uint8Array | undefined
  /** Identifies the contents; computed on demand. */
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

  /** The numbers, fetched when they are first read. They are never modified. */
  get data(): N {
    this.#numbers ??= this.#place.read()
    return this.#numbers
  }

  /** For each id up to the largest one in a label map: 1 if any pixel has it, otherwise 0. */
  get shown(): Uint8Array {
    this.#shown ??= this.#place.shown ?? withoutEnd(lookAt(this.data))
    return this.#shown
  }

  /** Computes `shown` in pieces, so that a large map doesn't block other work when it is read. */
  async look(): Promise<void> {
    if (this.#shown || this.#place.shown) return
    const { data } = this
    const isShown = new Uint8Array(IDS)
    await inPieces(data.length, (from, to) => lookAt(data, isShown, from, to))
    this.#shown = withoutEnd(isShown)
  }

  /** Omitted from JSON. */
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

/** Whether a value is such a handle, created by this or another copy of the package. */
export function isPixels(value: unknown): value is Pixels {
  return value instanceof Pixels || Object.prototype.toString.call(value) === `[object ${TAG}]`
}

/**
 * The handle to a record's numbers. Its own `data` takes precedence over the `pixels` of the value that it
 * was copied from.
 *
 * @returns null if it has neither
 */
export function pixelsOf(record: { data?: unknown; pixels?: unknown }): Pixels | null {
  if (isPixels(record.pixels) && !Object.hasOwn(record, 'data')) return record.pixels
  const { data } = record
  const numbers = asBytes(data) ?? asUint16(data) ?? asFloats(data)
  return numbers && Pixels.here(numbers)
}

/** The number of possible ids. */
const IDS = 2 ** 16

function lookAt(ids: Numbers, isShown = new Uint8Array(IDS), from = 0, to = ids.length): Uint8Array {
  for (let i = from; i < to; i++) isShown[ids[i] as number] = 1
  return isShown
}

function withoutEnd(isShown: Uint8Array): Uint8Array {
  return isShown.slice(0, isShown.lastIndexOf(1) + 1)
}
