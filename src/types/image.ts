import { hasMark } from './mark'
import { isPixels, type Pixels, pixelsOf } from './pixels'
import { ValueError } from './value-error'
import { count, quoteValue } from './words'

const MARK = Symbol.for('daisychain.image')

export type Channels = 1 | 3 | 4

export interface ImageFields {
  /** Pixels, whole and at least 1. */
  width: number
  height: number
  channels: Channels
  /** `width × height × channels` numbers, interleaved, row by row from the top. Bytes are sRGB. */
  data: Uint8Array | Float32Array
  /** For floats: the values displayed as black and as white (0 and 1 by default). */
  range?: readonly [black: number, white: number]
  /** For floats: the unit of the values, for example `m`. */
  unit?: string
}

/**
 * A picture's fields, or the fields of `{...image}`, which has the handle to the pixels instead of the
 * pixels.
 */
type Given = ImageFields | (Omit<ImageFields, 'data'> & { pixels: Pixels<Uint8Array | Float32Array> })

/**
 * A picture. Immutable: it can be kept, because nothing writes into its data.
 *
 * It is a small record with a handle to its pixels. Node-RED may clone it, and all copies share the pixels.
 * Only the fields are enumerable, so a Function node sees a plain record. Use `isImage` to recognise one,
 * because two copies of this package may be loaded.
 *
 * @throws ValueError if the fields don't fit together
 *
 * @example
 * const grey = new Image({ width: 2, height: 1, channels: 1, data: new Uint8Array([0, 255]) })
 * send({ payload: grey })
 */
export class Image implements ImageFields {
  readonly type = 'image'
  readonly width: number
  readonly height: number
  readonly channels: Channels
  declare readonly range?: readonly [black: number, white: number]
  declare readonly unit?: string
  readonly pixels: Pixels<Uint8Array | Float32Array>

  constructor(given: Given) {
    const { width, height, channels, range, unit } = given
    if (!isSize(width) || !isSize(height))
      throw new ValueError(`an image cannot be ${quoteValue(width)}×${quoteValue(height)} pixels`)
    if (channels !== 1 && channels !== 3 && channels !== 4) {
      throw new ValueError(`an image cannot have ${quoteValue(channels)} channels, only 1, 3 or 4`)
    }
    const pixels = pixelsOf(given)
    if (!pixels || pixels.place.kind === 'ids') throw new ValueError("an image's data must be bytes or floats")
    const { kind, length } = pixels.place
    const wanted = width * height * channels
    if (length !== wanted) {
      throw new ValueError(
        `an image of ${width}×${height} pixels and ${count(channels, 'channel')} has ${wanted} numbers, not ${length}`,
      )
    }
    this.width = width
    this.height = height
    this.channels = channels
    if (kind === 'floats') {
      this.range = Object.freeze(range ? ([...range] as const) : ([0, 1] as const))
      if (unit) this.unit = unit
    }
    this.pixels = pixels as Pixels<Uint8Array | Float32Array>
    Object.freeze(this)
  }

  /** Undefined if a Function node has deleted the pixels of a copy, or if the value went through JSON. */
  get data(): Uint8Array | Float32Array {
    return (isPixels(this.pixels) ? this.pixels.data : undefined) as Uint8Array | Float32Array
  }

  /** Without this setter, an assignment in a Function node would be silently ignored. */
  set data(_: Uint8Array | Float32Array) {
    throw new ValueError('a picture cannot be changed: make a new one, {...picture, data}')
  }

  get [MARK](): true {
    return true
  }

  /** What Node-RED's debug sidebar shows: `image 512×512 RGB`. */
  toString(): string {
    const kind = { 1: 'grey', 3: 'RGB', 4: 'RGBA' }[this.channels]
    const values = this.range ? `, ${this.range[0]} to ${this.range[1]}${this.unit ? ` ${this.unit}` : ''}` : ''
    return `image ${this.width}×${this.height} ${kind}${values}`
  }

  /** A summary without the pixels. */
  toJSON(): Omit<ImageFields, 'data'> & { type: 'image'; summary: string } {
    const { pixels: _, ...fields } = this
    return { ...fields, summary: this.toString() }
  }
}

/**
 * Whether a value is an `Image`, created by this or another copy of the package. `readValue` reads records
 * that look like one.
 *
 * @example
 * if (isImage(msg.payload)) node.status({ text: `${msg.payload.width}×${msg.payload.height}` })
 */
export function isImage(value: unknown): value is Image {
  return (value instanceof Image || hasMark(value, MARK)) && isPixels((value as Image).pixels)
}

function isSize(pixels: number): boolean {
  return Number.isSafeInteger(pixels) && pixels >= 1
}
