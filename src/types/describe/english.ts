import { secondsInWords } from '../audio'
import { type Interval, intervalOf, phraseOf } from '../interval'
import { labelsOf } from '../labels'
import type {
  ArrayType,
  AudioFormat,
  ImageFormat,
  ImageType,
  PixelSize,
  PortType,
  PortTypeOf,
  TypeName,
} from '../port-type'
import { count, listed, quote, shorten } from '../words'

/** "a colour image", "a list of strings". */
export function inEnglish(type: PortType): string {
  return describe(type, false)
}

/** Describes a type in the singular, with an article, or in the plural. */
type Describer<T> = (type: T, several: boolean) => string

const soundEncodings: { [Format in AudioFormat]: string } = {
  value: '',
  wav: 'in a WAV Buffer',
  buffer: 'in an encoded Buffer',
  dataURI: 'as a data URI',
  base64: 'as base64 text',
}

const describers: { [Name in TypeName]: Describer<PortTypeOf<Name>> } = {
  image: (type, several) => describeImage(type, several),
  audio: ({ channels, sampleRate, maxSeconds, format }, several) => {
    const kind = channels === 1 ? 'mono' : channels === 2 ? 'stereo' : ''
    const rate = sampleRate && `at ${sampleRate} Hz`
    const wide = channels !== undefined && channels > 2 && `with ${count(channels, 'channel')}`
    const long = maxSeconds !== undefined && `of at most ${secondsInWords(maxSeconds)}`
    const way = format && soundEncodings[format]
    return [noun(`${kind} sound`.trim(), several), rate, wide, long, way].filter(Boolean).join(' ')
  },
  vector: ({ length }, several) =>
    noun('vector', several) + (length === undefined ? '' : ` of ${count(length, 'number')}`),
  category: ({ oneOf }, several) => describeCategory(oneOf, several),
  number: (type, several) => describeNumber(intervalOf(type.min, type.max), several),
  text: ({ minLength, maxLength }, several) =>
    (several ? 'strings' : 'text') + ofCharacters(intervalOf(minLength || undefined, maxLength)),
  boolean: (_, several) => (several ? 'true/false values' : 'true or false'),
  segmentation: (type, several) => {
    const labels = labelsOf(type)
    return (
      noun('label map', several) + (labels ? ` of ${count(labels.filter(Boolean).length, 'label')}` : '') + ofSize(type)
    )
  },
  array: (type, several) => describeList(type, several),
  file: ({ extension }, several) => noun(extension ? `.${extension.replace(/^\./, '')} file` : 'file', several),
  directory: (_, several) => noun('folder', several),
  image_point: (_, several) => noun('point', several),
  image_bounding_box: (_, several) => (several ? 'bounding boxes' : 'a bounding box'),
  image_landmarks: ({ length }, several) =>
    `${noun('set', several)} of ${length === undefined ? 'landmarks' : count(length, 'landmark')}`,
  record: ({ fields }, several) => {
    const names = Object.keys(fields ?? {})
    return noun('record', several) + (names.length ? ` of ${listed(firstShortened(names), 'and', NAMED)}` : '')
  },
  any: (_, several) => (several ? 'items' : 'anything'),
}

/** The maximum number of fields that are named. */
const NAMED = 8

/** Only the names that are shown are shortened, because there may be a hundred thousand. */
function firstShortened(names: readonly string[]): readonly string[] {
  return names.map((name, number) => (number <= NAMED ? shorten(name) : name))
}

function describe(type: PortType, several: boolean): string {
  if (!Object.hasOwn(describers, type.type)) return noun(`value of the type ${quote(String(type.type))}`, several)
  return (describers[type.type] as Describer<PortType>)(type, several)
}

const formats: { [Format in Exclude<ImageFormat, 'value'>]: { before?: string; after?: string } } = {
  png: { before: 'PNG', after: 'in a Buffer' },
  jpeg: { before: 'JPEG', after: 'in a Buffer' },
  webp: { before: 'WebP', after: 'in a Buffer' },
  buffer: { before: 'encoded', after: 'in a Buffer' },
  dataURI: { after: 'as a data URI' },
  base64: { after: 'as base64 text' },
  file: { after: 'as the path of a file' },
}

function describeImage(type: ImageType, several: boolean): string {
  const { before, after } = type.format && type.format !== 'value' ? (formats[type.format] ?? {}) : {}
  const name = noun([colorsOf(type), before, 'image'].filter(Boolean).join(' '), several)
  return [name + ofSize(type), type.channels === 4 && 'with transparency', after].filter(Boolean).join(' ')
}

function colorsOf({ channels }: ImageType): string {
  if (channels === undefined || channels === 4) return ''
  return { 1: 'greyscale', 3: 'colour' }[channels as number] ?? `${channels}-channel`
}

function describeCategory(oneOf: readonly string[] | undefined, several: boolean): string {
  if (!oneOf?.length) return several ? 'categories' : 'a category'
  if (several) return `words from ${listed(oneOf.map(shorten), 'and', 3)}`
  if (oneOf.length === 1) return oneOf[0] === '' ? 'empty text' : `the text ${quote(oneOf[0] as string)}`
  return `one of ${listed(oneOf.map(shorten), 'and', 3)}`
}

function describeNumber(range: Interval, several: boolean): string {
  if (range.min === range.max) return several ? 'numbers' : `${range.min}`
  if (several) range = { min: rounded(range.min), max: rounded(range.max) }
  return (
    noun('number', several) +
    phraseOf(range, { between: ' from MIN to MAX', least: ' of at least MIN', most: ' of at most MAX' })
  )
}

function describeList({ itemType, minLength, maxLength }: ArrayType, several: boolean): string {
  if (maxLength === 0) return several ? 'empty lists' : 'an empty list'
  const amount = amountOf(intervalOf(minLength || undefined, maxLength))
  if (itemType.type === 'any' && !amount) return noun('list', several)
  const items = maxLength === 1 ? singular(itemType) : describe(itemType, true)
  return `${noun('list', several)} of ${amount && `${amount} `}${items}`
}

/** The singular without an article. */
function singular(type: PortType): string {
  const { type: name } = type
  const isLiteral = name === 'number' || name === 'category' || name === 'boolean' || name === 'text'
  return isLiteral
    ? { number: 'number', category: 'word', boolean: 'true/false value', text: 'string' }[name]
    : describe(type, false).replace(/^an? /, '')
}

function ofCharacters(range: Interval): string {
  const amount = amountOf(range)
  return amount && ` of ${amount} ${/\b1$/.test(amount) ? 'character' : 'characters'}`
}

/** "17", "2 to 3", "at least 6"; '' if there is no limit. */
function amountOf(range: Interval): string {
  return phraseOf(range, { exact: 'MIN', between: 'MIN to MAX', least: 'at least MIN', most: 'at most MAX' })
}

function ofSize({ width, height }: PixelSize): string {
  return width && height ? ` of ${width}×${height} pixels` : ''
}

/** "a vector", "an image", "vectors". */
function noun(name: string, several: boolean): string {
  if (several) return `${name}s`
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`
}

/** Four significant digits are enough to tell the numbers of a list apart. */
function rounded(number: number): number {
  return Number(number.toPrecision(4))
}
