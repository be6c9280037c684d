import { asBytes, asUint16 } from './typed-array'
import { ValueError } from './value-error'
import { count } from './words'

export type Color = readonly [red: number, green: number, blue: number]

export interface SegmentationFields {
  /** Pixels, whole and at least 1. */
  width: number
  height: number
  /** One label id a pixel, rows from the top. */
  data: Uint8Array | Uint16Array
  /** Label names by id; an id that stands for nothing has the name ''. */
  labels: readonly string[]
  /** Colours by id, for showing only. */
  colors?: readonly Color[]
}

/**
 * A label map. Immutable, and passes by reference where Node-RED clones messages, as `Image` does.
 *
 * @throws ValueError when the fields do not fit together
 */
export class Segmentation implements SegmentationFields {
  readonly type = 'segmentation'
  readonly width: number
  readonly height: number
  readonly data: Uint8Array | Uint16Array
  readonly labels: readonly string[]
  declare readonly colors?: readonly Color[]

  constructor({ width, height, data, labels, colors }: SegmentationFields) {
    if (!(Number.isSafeInteger(width) && width >= 1 && Number.isSafeInteger(height) && height >= 1)) {
      throw new ValueError(`a label map cannot be ${width}×${height} pixels large`)
    }
    const ids = asBytes(data) ?? asUint16(data)
    if (!ids) throw new ValueError("a label map's data has to be bytes or 16-bit whole numbers")
    if (ids.length !== width * height) {
      throw new ValueError(`a label map of ${width}×${height} pixels has ${width * height} ids, not ${ids.length}`)
    }
    if (!Array.isArray(labels) || labels.some((label) => typeof label !== 'string')) {
      throw new ValueError("a label map's labels have to be a list of names")
    }
    const largest = largestOf(ids)
    if (largest >= labels.length) {
      throw new ValueError(`a label map holds the id ${largest}, but has only ${count(labels.length, 'label')}`)
    }
    this.width = width
    this.height = height
    this.data = ids
    this.labels = Object.freeze([...labels])
    if (colors) this.colors = Object.freeze([...colors])
    Object.freeze(this)
  }

  get [Symbol.toStringTag](): string {
    return 'DaisychainSegmentation'
  }

  /** What Node-RED's debug sidebar shows: `label map 640×360, 21 labels`. */
  toString(): string {
    return `label map ${this.width}×${this.height}, ${this.labels.length} labels`
  }

  /** A summary without the pixels. */
  toJSON(): { type: 'segmentation'; width: number; height: number; labels: readonly string[]; summary: string } {
    const { type, width, height, labels } = this
    return { type, width, height, labels, summary: this.toString() }
  }
}

/** Whether a value is a `Segmentation`, of this copy of the package or another. */
export function isSegmentation(value: unknown): value is Segmentation {
  return value instanceof Segmentation || Object.prototype.toString.call(value) === '[object DaisychainSegmentation]'
}

function largestOf(ids: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < ids.length; i++) largest = Math.max(largest, ids[i] as number)
  return largest
}
