import { shownSeconds } from '../audio'
import { type Interval, intervalOf, phraseOf } from '../interval'
import { labelsOf } from '../labels'
import type { AudioFormat, ImageType, PixelSize, PortType, PortTypeOf, TypeName } from '../port-type'
import { shorten } from '../words'

/** "ein Farbbild", "eine Liste von Texten": as they follow "liefert" and "erwartet". */
export function inGerman(type: PortType): string {
  return describe(type, false)
}

/** Describes a type in the singular, with an article, or in the plural as it follows "von". */
type Describer<T> = (type: T, several: boolean) => string

const soundEncodings: { [Format in AudioFormat]: string } = {
  value: '',
  wav: ' als WAV-Buffer',
  buffer: ' codiert als Buffer',
  dataURI: ' als Data-URI',
  base64: ' als base64-Text',
}

const describers: { [Name in TypeName]: Describer<PortTypeOf<Name>> } = {
  image: (type, several) => describeImage(type, several),
  audio: ({ channels, sampleRate, maxSeconds, format }, several) => {
    const name = { 1: 'Mono-Audio', 2: 'Stereo-Audio' }[channels as number] ?? 'Audio'
    const wide = channels !== undefined && channels > 2 && counted(channels, 'Kanal', 'Kanälen')
    const long =
      maxSeconds !== undefined &&
      `höchstens ${decimal(Number(shownSeconds(maxSeconds)))} ${maxSeconds === 1 ? 'Sekunde' : 'Sekunden'}`
    const way = format && soundEncodings[format]
    const rate = sampleRate && `${sampleRate} Hz`
    return (several ? `${name}clips` : name) + withAll(rate, wide || undefined, long || undefined) + (way ?? '')
  },
  vector: ({ length }, several) => (several ? 'Vektoren' : 'einen Vektor') + of(length, 'Zahl', 'Zahlen'),
  category: ({ oneOf }, several) => describeCategory(oneOf, several),
  number: ({ min, max }, several) => describeNumber(intervalOf(min, max), several),
  text: ({ minLength, maxLength }, several) => {
    const amount = amountOf(intervalOf(minLength || undefined, maxLength))
    return (several ? 'Texten' : 'einen Text') + (amount && ` mit ${amount} Zeichen`)
  },
  boolean: (_, several) => (several ? 'Ja-Nein-Werten' : 'ja oder nein'),
  segmentation: (type, several) => {
    const labels = labelsOf(type)?.filter(Boolean).length
    return (
      (several ? 'Labelkarten' : 'eine Labelkarte') + withAll(labels && counted(labels, 'Label', 'Labels'), size(type))
    )
  },
  array: ({ itemType, minLength, maxLength }, several) => {
    if (maxLength === 0) return several ? 'leeren Listen' : 'eine leere Liste'
    const amount = amountOf(intervalOf(minLength || undefined, maxLength))
    const list = several ? 'Listen' : 'eine Liste'
    if (itemType.type === 'any' && !amount) return list
    if (maxLength === 1) return `${list} mit ${amount} Element: ${describe(itemType, false)}`
    return `${list} von ${[amount, describe(itemType, true)].filter(Boolean).join(' ')}`
  },
  file: ({ extension }, several) => {
    const name = extension ? `.${extension.replace(/^\./, '')}-Datei` : 'Datei'
    return several ? `${name}en` : `eine ${name}`
  },
  directory: (_, several) => (several ? 'Ordnern' : 'einen Ordner'),
  image_point: (_, several) => (several ? 'Punkten' : 'einen Punkt'),
  image_bounding_box: (_, several) => (several ? 'Rahmen' : 'einen Rahmen'),
  image_landmarks: ({ length }, several) =>
    (several ? 'Gruppen' : 'eine Gruppe') + (of(length, 'Landmarke', 'Landmarken') || ' von Landmarken'),
  record: ({ fields }, several) => {
    const names = Object.keys(fields ?? {})
    return (several ? 'Datensätzen' : 'einen Datensatz') + (names.length ? ` mit ${listed(names.map(shorten), 8)}` : '')
  },
  any: (_, several) => (several ? 'Elementen' : 'irgendetwas'),
}

function describe(type: PortType, several: boolean): string {
  if (Object.hasOwn(describers, type.type)) return (describers[type.type] as Describer<PortType>)(type, several)
  return `${several ? 'Werten' : 'einen Wert'} vom Typ „${shorten(String(type.type))}“`
}

const encodings: Record<string, [name: string, way: string]> = {
  png: ['PNG-Bild', ' als Buffer'],
  jpeg: ['JPEG-Bild', ' als Buffer'],
  webp: ['WebP-Bild', ' als Buffer'],
  buffer: ['Bild', ' codiert als Buffer'],
  dataURI: ['Bild', ' als Data-URI'],
  base64: ['Bild', ' als base64-Text'],
  file: ['Bild', ' als Dateipfad'],
}

function describeImage(type: ImageType, several: boolean): string {
  const [plain, way] = encodings[type.format ?? 'value'] ?? ['Bild', '']
  const name = plain.replace('Bild', { 1: 'Graustufenbild', 3: 'Farbbild' }[type.channels as number] ?? 'Bild')
  return `${several ? `${name}ern` : `ein ${name}`}${withAll(channelsOf(type), size(type))}${way}`
}

/** The channels, unless the noun for the picture already implies them. */
function channelsOf({ channels }: ImageType): string {
  if (channels === undefined || channels === 1 || channels === 3) return ''
  return channels === 4 ? 'Transparenz' : counted(channels, 'Kanal', 'Kanälen')
}

function describeCategory(oneOf: readonly string[] | undefined, several: boolean): string {
  if (!oneOf?.length) return several ? 'Kategorien' : 'eine Kategorie'
  if (several) return `Wörtern aus ${listed(oneOf.map(shorten), 3)}`
  if (oneOf.length === 1) return oneOf[0] === '' ? 'einen leeren Text' : `den Text „${shorten(oneOf[0] as string)}“`
  return `eines von ${listed(oneOf.map(shorten), 3)}`
}

function describeNumber(range: Interval, several: boolean): string {
  if (range.min === range.max) return several ? 'Zahlen' : decimal(range.min)
  const phrase = phraseOf(range, { between: ' von MIN bis MAX', least: ' ab MIN', most: ' bis MAX' })
  return (several ? 'Zahlen' : 'eine Zahl') + phrase.replace(/\d\.\d/g, (digits) => digits.replace('.', ','))
}

function decimal(number: number): string {
  return String(number).replace('.', ',')
}

/** "17", "2 bis 3", "mindestens 6"; '' if there can be any number. */
function amountOf(range: Interval): string {
  return phraseOf(range, { exact: 'MIN', between: 'MIN bis MAX', least: 'mindestens MIN', most: 'höchstens MAX' })
}

function size({ width, height }: PixelSize): string {
  return width && height ? `${width}×${height} Pixeln` : ''
}

/** " mit 3 Kanälen und 64×64 Pixeln"; '' for nothing. */
function withAll(...parts: (string | number | undefined)[]): string {
  const said = parts.filter(Boolean)
  return said.length > 0 ? ` mit ${listed(said.map(String))}` : ''
}

function of(amount: number | undefined, one: string, several: string): string {
  return amount === undefined ? '' : ` von ${counted(amount, one, several)}`
}

function counted(amount: number, one: string, several: string): string {
  return `${amount} ${amount === 1 ? one : several}`
}

/** "Katze, Hund und Bett"; with more than `most` names "Katze, Hund, Bett und 77 weiteren". */
function listed(names: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const shown = names.length > most + 1 ? [...names.slice(0, most), `${names.length - most} weiteren`] : [...names]
  const last = shown.pop() ?? ''
  return shown.length ? `${shown.join(', ')} und ${last}` : last
}
