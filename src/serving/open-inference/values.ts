import {
  Audio,
  type AudioType,
  describeType,
  Image,
  isAudio,
  isImage,
  isSegmentation,
  labelsOf,
  type PortType,
  quoteValue,
  readValue,
  Segmentation,
  toBytes,
  ValueError,
} from '../../types/index'
import { jsonPieces } from '../../types/json-pieces'
import type { Field } from '../field'
import { parseJson } from '../http/body'
import { checkPicture } from '../picture-bytes'
import { RequestError } from '../request-error'
import { schemaOf } from '../schema'
import { soundBytes } from '../sound-bytes'
import { fromWire, toWire, wireCodec } from '../wire-forms'
import type { Datatype, Tensor } from './tensor'

/** The declaration of a tensor; a size of -1 is unknown. */
export interface TensorInfo {
  name: string
  datatype: Datatype
  shape: number[]
  parameters?: Record<string, unknown>
}

/**
 * The tensor for values of a type: pictures are bytes in rows, height × width × channels; label maps are ids,
 * height × width; sounds are floats, samples × channels, with the rate in `parameters`; text is BYTES;
 * everything else is BYTES that contain JSON. `parameters.schema` has the complete type.
 */
export function tensorInfo(field: Field): TensorInfo {
  return { name: field.name, ...formOf(field.type), parameters: { schema: schemaOf(field) } }
}

function formOf(type: PortType): { datatype: Datatype; shape: number[] } {
  switch (type.type) {
    case 'image':
      return { datatype: 'UINT8', shape: [type.height ?? -1, type.width ?? -1, type.channels ?? 3] }
    case 'segmentation':
      return {
        datatype: (labelsOf(type)?.length ?? 0) > 256 ? 'UINT16' : 'UINT8',
        shape: [type.height ?? -1, type.width ?? -1],
      }
    case 'vector':
      return { datatype: 'FP32', shape: [type.length ?? -1] }
    case 'number':
      return { datatype: 'FP64', shape: [1] }
    case 'boolean':
      return { datatype: 'BOOL', shape: [1] }
    case 'image_point':
      return { datatype: 'FP32', shape: [2] }
    case 'image_bounding_box':
      return { datatype: 'FP32', shape: [4] }
    case 'array':
      if (type.itemType.type === 'number') return { datatype: 'FP32', shape: [-1] }
      if (isWords(type.itemType)) return { datatype: 'BYTES', shape: [-1] }
      return { datatype: 'BYTES', shape: [1] }
    case 'audio':
      return { datatype: 'FP32', shape: [-1, type.channels ?? -1] }
    case 'text':
    case 'category':
    case 'image_landmarks':
    case 'record':
    case 'file':
    case 'directory':
    case 'any':
      return { datatype: 'BYTES', shape: [1] }
  }
}

/**
 * Converts a value to a tensor.
 * @param exact whether to send the values of a float image (metres of depth) instead of the picture that
 * displays them
 */
export async function toTensor(name: string, type: PortType, value: unknown, exact = false): Promise<Tensor> {
  if (isImage(value)) return pictureTensor(name, value, exact)
  if (isAudio(value)) {
    const { frames, channels, data, sampleRate } = value
    return { name, datatype: 'FP32', shape: [frames, channels], data, parameters: { sampleRate } }
  }
  if (isSegmentation(value)) {
    const { width, height, data, labels } = value
    return { name, datatype: labels.length > 256 ? 'UINT16' : 'UINT8', shape: [height, width], data }
  }
  if (typeof value === 'string') return textTensor(name, [value])
  if (typeof value === 'number') return { name, datatype: 'FP64', shape: [1], data: [value] }
  if (typeof value === 'boolean') return { name, datatype: 'BOOL', shape: [1], data: [value ? 1 : 0] }
  const numbers = numbersOf(value)
  if (numbers) return { name, datatype: 'FP32', shape: [numbers.length], data: numbers }
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string'))
    return textTensor(name, value)
  const text = Buffer.concat(await jsonPieces(await toWire(value, type)))
  return { name, datatype: 'BYTES', shape: [1], data: [text] }
}

function pictureTensor(name: string, image: Image, exact: boolean): Tensor {
  const { width, height, channels } = image
  const shape = [height, width, channels]
  if (!exact || !image.range) return { name, datatype: 'UINT8', shape, data: toBytes(image).data }
  const { range, unit } = image
  return { name, datatype: 'FP32', shape, data: image.data, parameters: { range: [...range], ...(unit && { unit }) } }
}

function textTensor(name: string, texts: string[]): Tensor {
  return { name, datatype: 'BYTES', shape: [texts.length], data: texts.map((text) => Buffer.from(text)) }
}

function numbersOf(value: unknown): ArrayLike<number> | null {
  if (Array.isArray(value)) return value.length > 0 && value.every(Number.isFinite) ? value : null
  return ArrayBuffer.isView(value) && !Buffer.isBuffer(value) ? (value as unknown as Float32Array) : null
}

/** Converts a tensor to a value. @throws ValueError */
export async function fromTensor(type: PortType, tensor: Tensor): Promise<unknown> {
  const { name, datatype, data } = tensor
  if (type.type === 'image' || type.type === 'segmentation') {
    const picture = datatype === 'BYTES' ? pictureIn(data as Uint8Array[], name) : pixelsIn(type, tensor)
    return readValue(type, picture, name, wireCodec)
  }
  if (type.type === 'audio') {
    const sound = datatype === 'BYTES' ? soundBytes(bytesIn(data as Uint8Array[], name), name) : samplesIn(type, tensor)
    return readValue(type, sound, name, wireCodec)
  }
  if (datatype !== 'BYTES') return fromWire(type, plainNumbers(type, tensor), name)
  const texts = (data as Uint8Array[]).map((text) => decodeText(text, name))
  const isPlain = isWords(type) || type.type === 'any' || (type.type === 'array' && isWords(type.itemType))
  if (type.type === 'any') return texts.length === 1 ? texts[0] : texts
  if (!isPlain) return fromWire(type, jsonIn(texts, type, name), name)
  if (type.type === 'array') return fromWire(type, texts, name)
  if (texts.length !== 1)
    throw new ValueError(`${name} has ${texts.length} strings, but ${describeType(type)} is a single one`)
  return fromWire(type, texts[0], name)
}

function jsonIn(texts: string[], type: PortType, name: string): unknown {
  const [text = ''] = texts
  try {
    return parseJson(Buffer.from(text))
  } catch (error) {
    if (error instanceof RequestError && error.status === 413) throw error
    throw new ValueError(`${name} must be ${describeType(type)} as JSON (got ${quoteValue(text)})`)
  }
}

/** Samples × channels. The rate is in the parameters, or in the type. */
function samplesIn({ sampleRate: usual }: AudioType, { name, datatype, shape, data, parameters }: Tensor): Audio {
  const sampleRate = Number(parameters?.sampleRate ?? usual)
  const [, channels = 1] = shape
  if (datatype !== 'FP32' || shape.length > 2)
    throw new ValueError(`${name} must be FP32 of the shape [samples, channels], not ${datatype} of [${shape}]`)
  if (!sampleRate) throw new ValueError(`${name} needs its rate: add {"sampleRate": 16000} to its parameters`)
  return new Audio({ sampleRate, channels, data: Float32Array.from(data as ArrayLike<number>) })
}

function bytesIn(data: Uint8Array[], name: string): Buffer | string {
  const [bytes] = data
  if (!bytes || data.length !== 1) throw new ValueError(`${name} must contain one file, not ${data.length}`)
  const isUri = Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'data:'
  return isUri ? decodeText(bytes, name) : Buffer.from(bytes)
}

/** The bytes of a picture file, or a data URI. */
function pictureIn(data: Uint8Array[], name: string): Buffer | string {
  const [bytes] = data
  if (!bytes || data.length !== 1) throw new ValueError(`${name} must contain one picture, not ${data.length}`)
  const start = Buffer.from(bytes.subarray(0, 5)).toString('latin1')
  const text = start === 'data:' ? decodeText(bytes, name) : ''
  return checkPicture(text ? Buffer.from(text.slice(text.indexOf(',') + 1), 'base64') : Buffer.from(bytes), name)
}

/** Pixels or label ids, with or without a batch dimension of one, channels last. */
function pixelsIn(type: PortType, { name, datatype, shape, data, parameters }: Tensor): Image | Segmentation {
  const sizes = shape.length > 3 || (shape.length === 3 && type.type === 'segmentation') ? withoutBatch(shape) : shape
  const [height = 0, width = 0, channels = 1] = sizes
  const numbers = data as ArrayLike<number>
  if (type.type === 'segmentation') {
    const labels = labelsOf(type)
    if (sizes.length !== 2 || !labels)
      throw new ValueError(`${name} must be label ids of the shape [height, width], not [${shape}]`)
    const Ids = labels.length > 256 ? Uint16Array : Uint8Array
    return new Segmentation({ width, height, data: Ids.from(numbers), labels })
  }
  const isFloat = datatype === 'FP32' && Array.isArray(parameters?.range)
  if (sizes.length > 3 || (channels !== 1 && channels !== 3 && channels !== 4) || (datatype !== 'UINT8' && !isFloat)) {
    throw new ValueError(`${name} must be UINT8 of the shape [height, width, channels], not ${datatype} of [${shape}]`)
  }
  if (!isFloat) return new Image({ width, height, channels, data: Uint8Array.from(numbers) })
  const { range, unit } = parameters as { range: [number, number]; unit?: string }
  return new Image({ width, height, channels, data: Float32Array.from(numbers), range, unit: unit && String(unit) })
}

function withoutBatch(shape: number[]): number[] {
  if (shape[0] === 1) return shape.slice(1)
  return shape.at(-1) === 1 ? shape.slice(0, -1) : shape
}

function plainNumbers(type: PortType, { shape, data, datatype }: Tensor): unknown {
  const numbers: unknown[] = Array.from(data as ArrayLike<number>)
  const values = datatype === 'BOOL' ? numbers.map(Boolean) : numbers
  if (type.type === 'number' || type.type === 'boolean' || (type.type === 'any' && values.length === 1))
    return values.length === 1 ? values[0] : values
  const width = shape.at(-1) ?? 0
  const isRows = type.type === 'image_landmarks' || (type.type === 'array' && type.itemType.type !== 'number')
  if (!isRows || width === 0) return values
  return Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width))
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ValueError(`${name} isn't UTF-8 text`)
  }
}

function isWords({ type }: PortType): boolean {
  return type === 'text' || type === 'category'
}
