import { shownSeconds } from '../audio'
import { type Interval, intervalOf, phraseOf } from '../interval'
import { labelsOf } from '../labels'
import type { AudioFormat, PixelSize, PortType, PortTypeOf, TypeName } from '../port-type'
import { shorten } from '../words'

/** "カラー画像", "テキストのリスト". */
export function inJapanese(type: PortType): string {
  if (Object.hasOwn(describers, type.type)) return (describers[type.type] as (type: PortType) => string)(type)
  return `「${shorten(String(type.type))}」型の値`
}

const soundEncodings: { [Format in AudioFormat]: string } = {
  value: '',
  wav: 'WAVのバッファ',
  buffer: 'エンコード済みのバッファ',
  dataURI: 'データURI',
  base64: 'base64テキスト',
}

const describers: { [Name in TypeName]: (type: PortTypeOf<Name>) => string } = {
  image: (type) => {
    const [plain, way] = encodings[type.format ?? 'value'] ?? ['画像', '']
    const name = plain.replace('画像', pictures[type.channels as number] ?? '画像')
    const isSaid = type.channels === undefined || type.channels in pictures
    return name + details(!isSaid && `${type.channels}チャンネル`, size(type), way)
  },
  audio: ({ channels, sampleRate, maxSeconds, format }) => {
    const kind = { 1: 'モノラル', 2: 'ステレオ' }[channels as number] ?? ''
    const wide = channels !== undefined && channels > 2 && `${channels}チャンネル`
    const long = maxSeconds !== undefined && `最長${shownSeconds(maxSeconds)}秒`
    const way = format && soundEncodings[format]
    return `${kind}音声${details(sampleRate !== undefined && `${sampleRate} Hz`, wide, long, way)}`
  },
  vector: ({ length }) => `ベクトル${details(length !== undefined && `要素数${length}`)}`,
  category: ({ oneOf }) => describeCategory(oneOf),
  number: ({ min, max }) => {
    if (min !== undefined && min === max) return String(min)
    const range = phraseOf(intervalOf(min, max), { between: 'MIN～MAXの', least: 'MIN以上の', most: 'MAX以下の' })
    return `${range}数値`
  },
  text: ({ minLength, maxLength }) =>
    `テキスト${details(amountOf(intervalOf(minLength || undefined, maxLength), '文字'))}`,
  boolean: () => '真偽値',
  segmentation: (type) => {
    const labels = labelsOf(type)?.filter(Boolean).length
    return `ラベルマップ${details(labels && `${labels}ラベル`, size(type))}`
  },
  array: ({ itemType, minLength, maxLength }) => {
    if (maxLength === 0) return '空のリスト'
    const list = itemType.type === 'any' ? 'リスト' : `${inJapanese(itemType)}のリスト`
    return list + details(amountOf(intervalOf(minLength || undefined, maxLength), '個'))
  },
  file: ({ extension }) => (extension ? `.${extension.replace(/^\./, '')}ファイル` : 'ファイル'),
  directory: () => 'フォルダ',
  image_point: () => '点',
  image_bounding_box: () => '枠',
  image_landmarks: ({ length }) => `ランドマーク${details(length !== undefined && `${length}点`)}`,
  record: ({ fields }) => `レコード${details(fieldsOf(Object.keys(fields ?? {})))}`,
  any: () => '任意の値',
}

/** By number of channels. */
const pictures: Record<number, string> = { 1: 'グレースケール画像', 3: 'カラー画像', 4: '透明度付き画像' }

const encodings: Record<string, [name: string, way: string]> = {
  png: ['PNG画像', 'バッファ'],
  jpeg: ['JPEG画像', 'バッファ'],
  webp: ['WebP画像', 'バッファ'],
  buffer: ['エンコード済みの画像', 'バッファ'],
  dataURI: ['画像', 'データURI'],
  base64: ['画像', 'base64テキスト'],
  file: ['画像', 'ファイルのパス'],
}

function fieldsOf(names: readonly string[]): string {
  const shown = names.length > 9 ? [...names.slice(0, 8), `他${names.length - 8}個`] : names
  return shown.map(shorten).join('、')
}

function describeCategory(oneOf: readonly string[] | undefined): string {
  if (!oneOf?.length) return 'カテゴリ'
  if (oneOf.length === 1) return oneOf[0] === '' ? '空のテキスト' : `テキスト「${shorten(oneOf[0] as string)}」`
  const shown = oneOf.length > 4 ? [...oneOf.slice(0, 3).map(shorten), `他${oneOf.length - 3}個`] : oneOf.map(shorten)
  return `${shown.join('、')}のいずれか`
}

/** "17個", "2～3個", "6個以上"; '' if there can be any number. */
function amountOf(range: Interval, unit: string): string {
  const phrases = { exact: 'MIN', between: 'MIN～MAX', least: 'MIN', most: 'MAX' }
  const amount = phraseOf(range, phrases)
  if (!amount) return ''
  return `${amount}${unit}${Number.isFinite(range.max) ? (Number.isFinite(range.min) ? '' : '以下') : '以上'}`
}

function size({ width, height }: PixelSize): string {
  return width && height ? `${width}×${height}ピクセル` : ''
}

/** " (2チャンネル、64×64ピクセル)"; '' for nothing. */
function details(...parts: (string | number | false | undefined)[]): string {
  const said = parts.filter(Boolean)
  return said.length > 0 ? ` (${said.join('、')})` : ''
}
