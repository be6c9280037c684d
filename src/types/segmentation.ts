import { fromHex, toHex } from './hex'
import { labelColor } from './label-colors'
import { hasMark } from './mark'
import { isPixels, type Pixels, pixelsOf } from './pixels'
import { ValueError } from './value-error'
import { count, quoteValue } from './words'

const MARK = Symbol.for('daisychain.segmentation')

export type Color = readonly [red: number, green: number, blue: number]

export interface SegmentationFields {
  /** Pixels, whole and at least 1. */
  width: number
  height: number
  /** One label id per pixel, rows from the top. */
  data: Uint8Array | Uint16Array
  /** Label names by id; an id without a meaning has the name ''. */
  labels: readonly string[]
  /** Colours by id, for display only. */
  colors?: readonly Color[]
}

/** A label map's fields, or what `{...map}` has: the handle to its ids, and its colours as text. */
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
  /** The colours as text, `#c04010`: Node-RED would copy a list of lists with every message. */
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

  /** Undefined if a Function node has taken a copy's pixels away, as in the record that JSON leaves. */
  get data(): Uint8Array | Uint16Array {
    return (isPixels(this.pixels) ? this.pixels.data : undefined) as Uint8Array | Uint16Array
  }

  /** Otherwise a Function node that sets it would be ignored silently. */
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
 * A label map whose ids are looked at in pieces, so that nothing else waits for a large one. @throws ValueError as its
 * constructor
 */
export async function segmentationInPieces(given: Given): Promise<Segmentation> {
  const pixels = pixelsOf(given)
  if (pixels?.place.kind === 'bytes' || pixels?.place.kind === 'ids') await pixels.look()
  return new Segmentation(
    pixels ? { ...withoutData(given), pixels: pixels as Pixels<Uint8Array | Uint16Array> } : given,
  )
}

/** A map's own `data` isn't read, as that would fetch its ids. */
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
