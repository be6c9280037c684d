/**
 * The type of a value on a wire, in the terms of the Runway Model SDK (camelCase, as in its JSON schemas). A
 * missing parameter is unknown for an output and not required for an input.
 */
interface Described {
  description?: string
}

/**
 * The form of a picture. `value` is an `Image`; `png`, `jpeg` and `webp` are a Buffer in that format,
 * `buffer` a Buffer in any of them; `dataURI` and `base64` are strings; `file` is the path of a picture file.
 * An input with `value` (the default) reads all formats.
 */
export type ImageFormat = 'value' | 'png' | 'jpeg' | 'webp' | 'buffer' | 'dataURI' | 'base64' | 'file'

/** Width and height in pixels, each either exact or as limits. */
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
 * The form of a sound. `value` is an `Audio`; `wav` is a Buffer in that format, `buffer` a Buffer in any
 * format (WAV, FLAC, MP3, Ogg, …); `dataURI` is a string. An input with `value` (the default) reads all
 * formats.
 */
export type AudioFormat = 'value' | 'wav' | 'buffer' | 'dataURI' | 'base64'

export interface AudioType extends Described {
  type: 'audio'
  /** The sample rate in Hz. */
  sampleRate?: number
  /** 1 = mono, 2 = stereo, … */
  channels?: number
  /** The maximum length in seconds. */
  maxSeconds?: number
  format?: AudioFormat
}

export interface VectorType extends Described {
  type: 'vector'
  length?: number
  /** For outputs, a missing length means that it adapts to the input at the other end of the wire. */
  fitted?: boolean
  /** The mean and standard deviation of random vectors (0 and 1 by default). */
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
  /** The minimum and the maximum, both inclusive. */
  min?: number
  max?: number
  /** The step of a slider. Numbers in between are accepted too. */
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
  /** Label names by id. `labelToId` contains the ids if they aren't consecutive. */
  labels?: string[]
  labelToId?: Record<string, number>
  labelToColor?: Record<string, [red: number, green: number, blue: number]>
  /** The label for pixels whose own label is unspecific (background, unlabeled, …). */
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
  /** With or without the leading dot. */
  extension?: string
}

export interface DirectoryType extends Described {
  type: 'directory'
}

/** `[x, y]`, each from 0 to 1, with the origin at the top left. */
export interface ImagePointType extends Described {
  type: 'image_point'
}

/** `[left, top, right, bottom]`, each from 0 to 1, with the origin at the top left. */
export interface ImageBoundingBoxType extends Described {
  type: 'image_bounding_box'
}

/** `length` points `[x, y]`, each from 0 to 1, with the origin at the top left. */
export interface ImageLandmarksType extends Described {
  type: 'image_landmarks'
  length?: number
  labels?: string[]
  /** Pairs of labels that are connected by a line in drawings. */
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
