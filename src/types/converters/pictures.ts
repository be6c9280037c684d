import { withChannelsInPieces } from '../adapt'
import { describeValue } from '../describe-value'
import { toBase64 } from '../encoded-picture'
import { isFit } from '../finding'
import { Image } from '../image'
import { inPieces } from '../in-pieces'
import { judgeTypes } from '../judge'
import type { ImageFormat, ImageType } from '../port-type'
import { readPicture } from '../read-picture'
import { isSegmentation } from '../segmentation'
import { colorize } from '../segmentation-changes'
import { ValueError } from '../value-error'
import { quoteValue } from '../words'
import { colorAt, colorMaps } from './color-maps'
import type { ConverterEntry } from './entry'
import { numberOf, textOf } from './settings'

/** Settings: `colorMap`, the name of one; `invert`, which reverses it. */
export const falseColor: ConverterEntry = {
  id: 'false-color',
  label: 'Show the values in false colours',
  wants: { type: 'image', channels: 1 },
  help: 'A depth map or grey picture.',
  accepts: (from) => isFit(judgeTypes(from, { type: 'image' })),
  settingsFor: () => null, // a greyscale image is accepted wherever an image is needed
  gives: () => ({ type: 'image', channels: 3 }),
  convert: async (value, settings) => {
    const { width, height, data: values, range } = await withChannelsInPieces(value as Image, 1)
    const [black, white] = range ?? [0, 255]
    const map = colorMaps[textOf(settings.colorMap, '')] ?? Object.values(colorMaps)[0] ?? []
    const colorOf = (number: number) => {
      const share = white === black ? 0 : (number - black) / (white - black)
      return colorAt(map, settings.invert === true ? 1 - share : share)
    }
    const ofBytes = values instanceof Uint8Array ? Array.from({ length: 256 }, (_, byte) => colorOf(byte)) : null
    const data = new Uint8Array(values.length * 3)
    await inPieces(values.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const number = values[i] as number
        const [red, green, blue] = ofBytes?.[number] ?? colorOf(number)
        data[i * 3] = red
        data[i * 3 + 1] = green
        data[i * 3 + 2] = blue
      }
    })
    return new Image({ width, height, channels: 3, data })
  },
}

/**
 * Settings: none. Keeps the values of depth maps in millimetres, which would be nearly black as 8-bit
 * pictures.
 */
export const keepNumbers: ConverterEntry = {
  id: 'keep-numbers',
  label: 'Keep the numbers of a 16-bit picture',
  wants: { type: 'any' },
  help: 'An encoded picture: a Buffer, a data URI or a path.',
  accepts: (from) => isFit(judgeTypes(from, { type: 'image' })),
  settingsFor: () => null, // never proposed, because an input for pictures accepts both forms
  gives: (from) => (from.type === 'image' && isFormatFree(from) ? from : { type: 'image' }),
  convert: async (value, _, tools) => {
    const image = await readPicture(value, tools, { grey: true, numbers: true }).catch((error: Error) => {
      throw error instanceof ValueError ? error : new ValueError(error.message)
    })
    if (image) return image
    throw new ValueError(`${describeValue(value)} is not a picture`)
  },
}

function isFormatFree({ format }: ImageType): boolean {
  return format === undefined || format === 'value'
}

const encodings = ['png', 'jpeg', 'webp', 'dataURI', 'base64'] as const
type Encoding = (typeof encodings)[number]

/**
 * Settings: `format`, the format of the output (`png`, `jpeg`, `webp`, `dataURI` or `base64`, these two as PNG);
 * `quality`.
 */
export const encode: ConverterEntry = {
  id: 'encode',
  label: 'Encode the picture',
  wants: { type: 'image' },
  also: [{ type: 'segmentation' }],
  help: 'The picture to encode; a label map in its colours.',
  accepts: (from) => from.type === 'segmentation' || isFit(judgeTypes(from, { type: 'image' })),
  settingsFor: (from, to) => {
    if (to.type !== 'image' || !encode.accepts(from)) return null
    const format = to.format === 'buffer' ? 'png' : to.format
    return isEncoding(format) ? { format, quality: 90 } : null
  },
  gives: (from, settings) => ({
    ...(from.type === 'image' ? from : { type: 'image', ...(from.type === 'segmentation' && { channels: 3 }) }),
    format: encodingOf(settings.format),
  }),
  convert: async (value, settings, tools) => {
    const encoding = encodingOf(settings.format)
    if (settings.format !== undefined && settings.format !== '' && !isEncoding(settings.format)) {
      throw new ValueError(
        `pictures cannot be encoded as ${quoteValue(settings.format)}, only as ${encodings.join(', ')}: open the node and choose one`,
        'flow',
      )
    }
    const isText = encoding === 'dataURI' || encoding === 'base64'
    const quality = Math.min(100, Math.max(1, Math.round(numberOf(settings.quality, 90))))
    const picture = isSegmentation(value) ? await colorize(value) : (value as Image)
    const bytes = await tools.encode(picture, isText ? 'png' : encoding, quality)
    return isText ? (encoding === 'dataURI' ? 'data:image/png;base64,' : '') + toBase64(bytes) : bytes
  },
}

function encodingOf(format: unknown): Encoding {
  return isEncoding(format) ? format : 'png'
}

function isEncoding(format: unknown): format is Encoding & ImageFormat {
  return encodings.includes(format as Encoding)
}
