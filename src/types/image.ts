import { asBytes, asFloats } from './typed-array'
import { ValueError } from './value-error'
import { count } from './words'

export type Channels = 1 | 3 | 4

export interface ImageFields {
  /** Pixels, whole and at least 1. */
  width: number
  height: number
  channels: Channels
  /** `width × height × channels` numbers, interleaved, rows from the top. Bytes are sRGB. */
  data: Uint8Array | Float32Array
  /** Floats only: the values shown as black and as white; 0 and 1 where left out. */
  range?: readonly [black: number, white: number]
  /** Floats only: what the values count, for instance `m`. */
  unit?: string
}

/**
 * A picture. Immutable: whoever holds one may keep it, nobody writes into its data.
 *
 * The tag lets it pass by reference where Node-RED clones messages. Nothing is enumerable but the fields, so a Function
 * node sees a plain record. Use `isImage` to recognise one: two copies of this package may be loaded.
 *
 * @throws ValueError when the fields do not fit together
 */
export class Image implements ImageFields {
  readonly type = 'image'
  readonly width: number
  readonly height: number
  readonly channels: Channels
  readonly data: Uint8Array | Float32Array
  declare readonly range?: readonly [black: number, white: number]
  declare readonly unit?: string

  constructor({ width, height, channels, data, range, unit }: ImageFields) {
    if (!isSize(width) || !isSize(height)) throw new ValueError(`an image cannot be ${width}×${height} pixels large`)
    if (channels !== 1 && channels !== 3 && channels !== 4) {
      throw new ValueError(`an image cannot have ${channels} channels, only 1, 3 or 4`)
    }
    const bytes = asBytes(data)
    const numbers = bytes ?? asFloats(data)
    if (!numbers) throw new ValueError("an image's data has to be bytes or floats")
    const wanted = width * height * channels
    if (numbers.length !== wanted) {
      throw new ValueError(
        `an image of ${width}×${height} pixels and ${count(channels, 'channel')} has ${wanted} numbers, not ${numbers.length}`,
      )
    }
    this.width = width
    this.height = height
    this.channels = channels
    this.data = numbers
    if (!bytes) {
      this.range = Object.freeze(range ? ([...range] as const) : ([0, 1] as const))
      if (unit) this.unit = unit
    }
    Object.freeze(this)
  }

  get [Symbol.toStringTag](): string {
    return 'DaisychainImage'
  }

  /** What Node-RED's debug sidebar shows: `image 512×512 RGB`. */
  toString(): string {
    const kind = { 1: 'grey', 3: 'RGB', 4: 'RGBA' }[this.channels]
    const values = this.range ? `, ${this.range[0]} to ${this.range[1]}${this.unit ? ` ${this.unit}` : ''}` : ''
    return `image ${this.width}×${this.height} ${kind}${values}`
  }

  /** A summary without the pixels. */
  toJSON(): Omit<ImageFields, 'data'> & { type: 'image'; summary: string } {
    const { data: _, ...fields } = this
    return { ...fields, summary: this.toString() }
  }
}

/** Whether a value is an `Image`, of this copy of the package or another. Look-alike records are read with `readValue`. */
export function isImage(value: unknown): value is Image {
  return value instanceof Image || Object.prototype.toString.call(value) === '[object DaisychainImage]'
}

function isSize(pixels: number): boolean {
  return Number.isSafeInteger(pixels) && pixels >= 1
}

/** The 8-bit image a float image is shown as; an image of bytes is returned as it is. */
export function toBytes(image: Image): Image {
  if (!image.range) return image
  const [black, white] = image.range
  const scale = white === black ? 0 : 255 / (white - black)
  const { width, height, channels } = image
  const data = new Uint8Array(image.data.length)
  for (let i = 0; i < data.length; i++) {
    const shade = ((image.data[i] as number) - black) * scale
    data[i] = shade <= 0 ? 0 : shade >= 255 ? 255 : Math.round(shade)
  }
  return new Image({ width, height, channels, data })
}
