import { type Color, fromHex, toHex } from './hex'
import { labelColor } from './label-colors'
import { hasMark } from './mark'
import { isPixels, type Pixels, pixelsOf } from './pixels'
import { ValueError } from './value-error'
import { count, quoteValue } from './words'

const MARK = Symbol.for('daisychain.segmentation')

export interface SegmentationFields {
  /** Pixels, whole and at least 1. */
  width: number
  height: number
  /** One label id per pixel, row by row from the top. */
  data: Uint8Array | Uint16Array
  /** Label names by id; '' for unused ids. */
  labels: readonly string[]
  /** Colours by id, only for display. */
  colors?: readonly Color[]
}

/**
 * A label map's fields, or the fields of `{...map}`, which has the handle to the ids, and the colours as
 * text.
 */
type Given = Omit<SegmentationFields, 'data'> &
  ({ data: SegmentationFields['data'] } | { pixels: Pixels<Uint8Array | Uint16Array> }) & {
    palette?: readonly string[]
  }

/**
 * A label map. Immutable, and a small record with a handle to its ids, as `Image` is.
 *
 * @throws ValueError when the fields do not fit together
 *
 * @example
 * new Segmentation({ width: 2, height: 1, data: new Uint8Array([0, 1]), labels: ['wall', 'cat'] })
 */
export class Segmentation implements SegmentationFields {
  readonly type = 'segmentation'
  readonly width: number
  readonly height: number
  readonly labels: readonly string[]
  /** The colours as text, such as `#c04010`, because Node-RED would copy a nested list with every message. */
  declare readonly palette?: readonly string[]
  readonly pixels: Pixels<Uint8Array | Uint16Array>

  constructor(given: Given) {
    const { width, height, labels } = given
    const palette = (Object.hasOwn(given, 'colors') && given.colors?.map(toHex)) || given.palette
    if (!(Number.isSafeInteger(width) && width >= 1 && Number.isSafeInteger(height) && height >= 1)) {
      throw new ValueError(`a label map cannot be ${quoteValue(width)}×${quoteValue(height)} pixels`)
    }
    const pixels = pixelsOf(given)
    if (!pixels || pixels.place.kind === 'floats')
      throw new ValueError("a label map's data must be bytes or 16-bit whole numbers")
    if (pixels.place.length !== width * height) {
      throw new ValueError(
        `a label map of ${width}×${height} pixels has ${width * height} ids, not ${pixels.place.length}`,
      )
    }
    if (!Array.isArray(labels) || labels.some((label) => typeof label !== 'string')) {
      throw new ValueError("a label map's labels must be a list of names")
    }
    if (pixels.shown.length > labels.length) {
      throw new ValueError(
        `a label map contains the id ${pixels.shown.length - 1}, but has only ${count(labels.length, 'label')}`,
      )
    }
    this.width = width
    this.height = height
    this.labels = Object.freeze([...labels])
    if (palette) this.palette = Object.freeze([...palette])
    this.pixels = pixels as Pixels<Uint8Array | Uint16Array>
    Object.freeze(this)
  }

  /** Undefined if a Function node has deleted the pixels of a copy, or if the value went through JSON. */
  get data(): Uint8Array | Uint16Array {
    return (isPixels(this.pixels) ? this.pixels.data : undefined) as Uint8Array | Uint16Array
  }

  /** Without this setter, an assignment in a Function node would be silently ignored. */
  set data(_: Uint8Array | Uint16Array) {
    throw new ValueError('a label map cannot be changed: make a new one, {...map, data}')
  }

  get colors(): readonly Color[] | undefined {
    return this.palette?.map((text, id) => fromHex(text) ?? labelColor(id))
  }

  get [MARK](): true {
    return true
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

/**
 * Creates a label map and checks its ids in pieces, so that a large map doesn't block other work.
 * @throws ValueError like the constructor
 */
export async function segmentationInPieces(given: Given): Promise<Segmentation> {
  const pixels = pixelsOf(given)
  if (pixels?.place.kind === 'bytes' || pixels?.place.kind === 'ids') await pixels.look()
  return new Segmentation(
    pixels ? { ...withoutData(given), pixels: pixels as Pixels<Uint8Array | Uint16Array> } : given,
  )
}

/** Reading a map's `data` would fetch its ids, so it is left out. */
function withoutData(given: Given): Omit<Given, 'data'> {
  const rest: Partial<SegmentationFields> = { ...given }
  delete rest.data
  return rest as Omit<Given, 'data'>
}

/**
 * Whether a value is a `Segmentation`, of this copy of the package or another.
 *
 * @example
 * if (isSegmentation(msg.payload)) node.status({ text: msg.payload.labels.join(', ') })
 */
export function isSegmentation(value: unknown): value is Segmentation {
  return (value instanceof Segmentation || hasMark(value, MARK)) && isPixels((value as Segmentation).pixels)
}
