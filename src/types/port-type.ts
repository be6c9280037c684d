/**
 * What travels over a wire, in the words of the Runway Model SDK (camelCase, as in its JSON schemas). A parameter that
 * is left out is unknown (on an output) or not required (on an input).
 */
interface Described {
  description?: string
}

/**
 * How an image travels. `value` is an `Image`; `png`, `jpeg` and `webp` are a Buffer of that format, `buffer` a Buffer
 * of any of them; `dataURI` and `base64` are strings; `file` is the path of a picture file.
 * On an input, `value` (the default) means that every format is read.
 */
export type ImageFormat = 'value' | 'png' | 'jpeg' | 'webp' | 'buffer' | 'dataURI' | 'base64' | 'file'

/** Width and height in pixels, each exact or between limits. */
export interface PixelSize {
  width?: number
  height?: number
  minWidth?: number
  maxWidth?: number
  minHeight?: number
  maxHeight?: number
}

export interface ImageType extends Described, PixelSize {
  type: 'image'
  /** 1 = grey, 3 = RGB, 4 = RGB and alpha. */
  channels?: 1 | 3 | 4
  format?: ImageFormat
}

/**
 * How a sound travels. `value` is an `Audio`; `wav` is a Buffer of that format, `buffer` a Buffer of any
 * (WAV, FLAC, MP3, Ogg, …); `dataURI` is a string. On an input, `value` (the default) means that every format
 * is read.
 */
export type AudioFormat = 'value' | 'wav' | 'buffer' | 'dataURI' | 'base64'

export interface AudioType extends Described {
  type: 'audio'
  /** Samples per second in each channel, in Hz. */
  sampleRate?: number
  /** 1 = mono, 2 = stereo, … */
  channels?: number
  /** The longest, in seconds. */
  maxSeconds?: number
  format?: AudioFormat
}

export interface VectorType extends Described {
  type: 'vector'
  length?: number
  /** Outputs without a length: made as long as the input at the end of the wire needs. */
  fitted?: boolean
  /** Mean and standard deviation for drawing a random vector (0 and 1 if left out). */
  samplingMean?: number
  samplingStd?: number
}

export interface CategoryType extends Described {
  type: 'category'
  oneOf?: string[]
  default?: string
}

export interface NumberType extends Described {
  type: 'number'
  /** The smallest and the largest number, both included. */
  min?: number
  max?: number
  /** A hint for sliders; numbers between two steps are accepted too. */
  step?: number
  default?: number
}

export interface TextType extends Described {
  type: 'text'
  minLength?: number
  maxLength?: number
  default?: string
}

export interface BooleanType extends Described {
  type: 'boolean'
  default?: boolean
}

export interface SegmentationType extends Described, PixelSize {
  type: 'segmentation'
  /** Label names by id; `labelToId` gives the ids if they aren't consecutive. */
  labels?: string[]
  labelToId?: Record<string, number>
  labelToColor?: Record<string, [red: number, green: number, blue: number]>
  /** The label for pixels whose own label means "nothing in particular" (background, unlabeled, …). */
  defaultLabel?: string
}

export interface ArrayType extends Described {
  type: 'array'
  itemType: PortType
  minLength?: number
  maxLength?: number
}

export interface FileType extends Described {
  type: 'file'
  /** With or without its dot. */
  extension?: string
}

export interface DirectoryType extends Described {
  type: 'directory'
}

/** `[x, y]`, from 0 to 1, from the top left. */
export interface ImagePointType extends Described {
  type: 'image_point'
}

/** `[left, top, right, bottom]`, from 0 to 1, from the top left. */
export interface ImageBoundingBoxType extends Described {
  type: 'image_bounding_box'
}

/** `length` points `[x, y]`, from 0 to 1, from the top left. */
export interface ImageLandmarksType extends Described {
  type: 'image_landmarks'
  length?: number
  labels?: string[]
  /** Pairs of labels that a drawing joins with a line. */
  connections?: [string, string][]
}

export interface RecordType extends Described {
  type: 'record'
  fields: Record<string, PortType>
}

export interface AnyType extends Described {
  type: 'any'
}

export type PortType =
  | ImageType
  | AudioType
  | VectorType
  | CategoryType
  | NumberType
  | TextType
  | BooleanType
  | SegmentationType
  | ArrayType
  | FileType
  | DirectoryType
  | ImagePointType
  | ImageBoundingBoxType
  | ImageLandmarksType
  | RecordType
  | AnyType

export type TypeName = PortType['type']

export type PortTypeOf<Name extends TypeName> = Extract<PortType, { type: Name }>
