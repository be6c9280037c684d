import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { describeType, nameType, type PortType } from '../../src/types'
import { anyType, samples } from './samples'

const sentences: [PortType, string][] = [
  [{ type: 'any' }, 'anything'],
  [{ type: 'image' }, 'an image'],
  [{ type: 'image', channels: 1 }, 'a greyscale image'],
  [{ type: 'image', channels: 3, width: 640, height: 360 }, 'a colour image of 640×360 pixels'],
  [{ type: 'image', width: 640 }, 'an image'],
  [{ type: 'image', format: 'value' }, 'an image'],
  [{ type: 'image', format: 'png' }, 'a PNG image in a Buffer'],
  [{ type: 'image', format: 'jpeg', channels: 3 }, 'a colour JPEG image in a Buffer'],
  [{ type: 'image', format: 'webp' }, 'a WebP image in a Buffer'],
  [{ type: 'image', format: 'buffer' }, 'an encoded image in a Buffer'],
  [{ type: 'image', format: 'dataURI' }, 'an image as a data URI'],
  [{ type: 'image', format: 'base64' }, 'an image as base64 text'],
  [{ type: 'image', format: 'file' }, 'an image as the path of a file'],
  [{ type: 'image', format: 'bmp' as 'png' }, 'an image'],
  [{ type: 'audio' }, 'a sound'],
  [{ type: 'audio', channels: 1, sampleRate: 16_000, maxSeconds: 1 }, 'a mono sound at 16000 Hz of at most 1 second'],
  [{ type: 'audio', channels: 6, maxSeconds: 30 }, 'a sound with 6 channels of at most 30 seconds'],
  [{ type: 'audio', channels: 2, format: 'wav' }, 'a stereo sound in a WAV Buffer'],
  [{ type: 'audio', format: 'dataURI' }, 'a sound as a data URI'],
  [{ type: 'vector' }, 'a vector'],
  [{ type: 'vector', length: 1 }, 'a vector of 1 number'],
  [{ type: 'vector', length: 512 }, 'a vector of 512 numbers'],
  [{ type: 'category' }, 'a category'],
  [{ type: 'category', oneOf: [] }, 'a category'],
  [{ type: 'category', oneOf: ['cat'] }, 'the text "cat"'],
  [{ type: 'category', oneOf: [''] }, 'empty text'],
  [{ type: 'category', oneOf: ['cat', 'dog'] }, 'one of cat and dog'],
  [{ type: 'category', oneOf: ['a', 'b', 'c', 'd'] }, 'one of a, b, c and d'],
  [{ type: 'category', oneOf: ['a', 'b', 'c', 'd', 'e'] }, 'one of a, b, c and 2 more'],
  [{ type: 'category', oneOf: ['two\nlines\tand tabs'] }, 'the text "two lines and tabs"'],
  [{ type: 'category', oneOf: ['x'.repeat(100)] }, `the text "${'x'.repeat(39)}…"`],
  [{ type: 'number' }, 'a number'],
  [{ type: 'number', min: 0, max: 1 }, 'a number from 0 to 1'],
  [{ type: 'number', min: 0 }, 'a number of at least 0'],
  [{ type: 'number', max: 1 }, 'a number of at most 1'],
  [{ type: 'number', min: 3, max: 3 }, '3'],
  [{ type: 'text' }, 'text'],
  [{ type: 'text', minLength: 0 }, 'text'],
  [{ type: 'text', minLength: 1 }, 'text of at least 1 character'],
  [{ type: 'text', maxLength: 100 }, 'text of at most 100 characters'],
  [{ type: 'text', minLength: 2, maxLength: 9 }, 'text of 2 to 9 characters'],
  [{ type: 'text', minLength: 300, maxLength: 300 }, 'text of 300 characters'],
  [{ type: 'boolean' }, 'true or false'],
  [{ type: 'segmentation' }, 'a label map'],
  [{ type: 'segmentation', labels: [] }, 'a label map'],
  [{ type: 'segmentation', labels: ['cat'] }, 'a label map of 1 label'],
  [samples.voc, 'a label map of 21 labels'],
  [{ type: 'segmentation', labelToId: { cat: 4, bed: 9 } }, 'a label map of 2 labels'],
  [{ type: 'segmentation', labels: ['a', 'b'], width: 64, height: 32 }, 'a label map of 2 labels of 64×32 pixels'],
  [{ type: 'array', itemType: { type: 'any' } }, 'a list'],
  [{ type: 'array', itemType: { type: 'any' }, minLength: 3, maxLength: 3 }, 'a list of 3 items'],
  [{ type: 'array', itemType: { type: 'any' }, maxLength: 0 }, 'an empty list'],
  [{ type: 'array', itemType: { type: 'text' } }, 'a list of strings'],
  [{ type: 'array', itemType: { type: 'text' }, minLength: 1, maxLength: 1 }, 'a list of 1 string'],
  [{ type: 'array', itemType: { type: 'text' }, minLength: 2, maxLength: 5 }, 'a list of 2 to 5 strings'],
  [{ type: 'array', itemType: { type: 'text' }, minLength: 2 }, 'a list of at least 2 strings'],
  [{ type: 'array', itemType: { type: 'text' }, maxLength: 5 }, 'a list of at most 5 strings'],
  [{ type: 'array', itemType: { type: 'image', channels: 1 } }, 'a list of greyscale images'],
  [{ type: 'array', itemType: { type: 'number', min: 0, max: 1 } }, 'a list of numbers from 0 to 1'],
  [{ type: 'array', itemType: { type: 'number', min: 2, max: 2 } }, 'a list of numbers'],
  [{ type: 'array', itemType: { type: 'boolean' } }, 'a list of true/false values'],
  [{ type: 'array', itemType: { type: 'category' } }, 'a list of categories'],
  [{ type: 'array', itemType: samples.animal }, 'a list of words from cat and dog'],
  [{ type: 'array', itemType: samples.voc }, 'a list of label maps of 21 labels'],
  [{ type: 'array', itemType: samples.texts }, 'a list of lists of strings'],
  [{ type: 'array', itemType: { type: 'array', itemType: { type: 'any' } } }, 'a list of lists'],
  [{ type: 'array', itemType: { type: 'vector', length: 2 } }, 'a list of vectors of 2 numbers'],
  [{ type: 'array', itemType: { type: 'file' } }, 'a list of files'],
  [{ type: 'array', itemType: { type: 'directory' } }, 'a list of folders'],
  [{ type: 'array', itemType: { type: 'image_point' } }, 'a list of points'],
  [{ type: 'array', itemType: { type: 'image_bounding_box' } }, 'a list of bounding boxes'],
  [{ type: 'array', itemType: { type: 'image_landmarks', length: 5 } }, 'a list of sets of 5 landmarks'],
  [samples.instances, 'a list of records of category, score, box and mask'],
  [{ type: 'file' }, 'a file'],
  [{ type: 'file', extension: 'onnx' }, 'a .onnx file'],
  [{ type: 'file', extension: '.onnx' }, 'a .onnx file'],
  [{ type: 'directory' }, 'a folder'],
  [{ type: 'image_point' }, 'a point'],
  [{ type: 'image_bounding_box' }, 'a bounding box'],
  [{ type: 'image_landmarks' }, 'a set of landmarks'],
  [{ type: 'image_landmarks', length: 17 }, 'a set of 17 landmarks'],
  [{ type: 'record', fields: {} }, 'a record'],
  [{ type: 'record', fields: { score: { type: 'number' } } }, 'a record of score'],
  [samples.instance, 'a record of category, score, box and mask'],
  [{ type: 'cloud' } as unknown as PortType, 'a value of the type "cloud"'],
]

/** A type, its German description as after "liefert", and its Japanese one. */
const translated: [PortType, string, string][] = [
  [{ type: 'any' }, 'irgendetwas', '任意の値'],
  [{ type: 'image' }, 'ein Bild', '画像'],
  [{ type: 'image', channels: 1 }, 'ein Graustufenbild', 'グレースケール画像'],
  [
    { type: 'image', channels: 3, width: 640, height: 360 },
    'ein Farbbild mit 640×360 Pixeln',
    'カラー画像 (640×360ピクセル)',
  ],
  [{ type: 'image', format: 'png' }, 'ein PNG-Bild als Buffer', 'PNG画像 (バッファ)'],
  [{ type: 'image', format: 'file' }, 'ein Bild als Dateipfad', '画像 (ファイルのパス)'],
  [{ type: 'image', format: 'buffer' }, 'ein Bild codiert als Buffer', 'エンコード済みの画像 (バッファ)'],
  [
    { type: 'array', itemType: { type: 'audio', format: 'buffer' } },
    'eine Liste von Audioclips codiert als Buffer',
    '音声 (エンコード済みのバッファ)のリスト',
  ],
  [
    { type: 'audio', channels: 6, sampleRate: 16_000, maxSeconds: 30 },
    'Audio mit 16000 Hz, 6 Kanälen und höchstens 30 Sekunden',
    '音声 (16000 Hz、6チャンネル、最長30秒)',
  ],
  [{ type: 'vector', length: 512 }, 'einen Vektor von 512 Zahlen', 'ベクトル (要素数512)'],
  [{ type: 'category' }, 'eine Kategorie', 'カテゴリ'],
  [{ type: 'category', oneOf: ['cat'] }, 'den Text „cat“', 'テキスト「cat」'],
  [{ type: 'category', oneOf: ['cat', 'dog'] }, 'eines von cat und dog', 'cat、dogのいずれか'],
  [
    { type: 'category', oneOf: ['a', 'b', 'c', 'd', 'e'] },
    'eines von a, b, c und 2 weiteren',
    'a、b、c、他2個のいずれか',
  ],
  [{ type: 'number' }, 'eine Zahl', '数値'],
  [{ type: 'number', min: 0.5, max: 1 }, 'eine Zahl von 0,5 bis 1', '0.5～1の数値'],
  [{ type: 'number', min: 0 }, 'eine Zahl ab 0', '0以上の数値'],
  [{ type: 'number', max: 1 }, 'eine Zahl bis 1', '1以下の数値'],
  [{ type: 'number', min: 3, max: 3 }, '3', '3'],
  [{ type: 'text' }, 'einen Text', 'テキスト'],
  [{ type: 'text', minLength: 1 }, 'einen Text mit mindestens 1 Zeichen', 'テキスト (1文字以上)'],
  [{ type: 'text', maxLength: 9 }, 'einen Text mit höchstens 9 Zeichen', 'テキスト (9文字以下)'],
  [{ type: 'text', minLength: 2, maxLength: 9 }, 'einen Text mit 2 bis 9 Zeichen', 'テキスト (2～9文字)'],
  [{ type: 'boolean' }, 'ja oder nein', '真偽値'],
  [{ type: 'segmentation' }, 'eine Labelkarte', 'ラベルマップ'],
  [samples.voc, 'eine Labelkarte mit 21 Labels', 'ラベルマップ (21ラベル)'],
  [{ type: 'array', itemType: { type: 'any' } }, 'eine Liste', 'リスト'],
  [{ type: 'array', itemType: { type: 'any' }, maxLength: 0 }, 'eine leere Liste', '空のリスト'],
  [
    { type: 'array', itemType: { type: 'text' }, minLength: 1, maxLength: 1 },
    'eine Liste mit 1 Element: einen Text',
    'テキストのリスト (1個)',
  ],
  [
    { type: 'array', itemType: { type: 'text' }, minLength: 2 },
    'eine Liste von mindestens 2 Texten',
    'テキストのリスト (2個以上)',
  ],
  [
    { type: 'array', itemType: { type: 'image', channels: 1 } },
    'eine Liste von Graustufenbildern',
    'グレースケール画像のリスト',
  ],
  [
    samples.instances,
    'eine Liste von Datensätzen mit category, score, box und mask',
    'レコード (category、score、box、mask)のリスト',
  ],
  [{ type: 'file', extension: 'onnx' }, 'eine .onnx-Datei', '.onnxファイル'],
  [{ type: 'directory' }, 'einen Ordner', 'フォルダ'],
  [{ type: 'image_point' }, 'einen Punkt', '点'],
  [{ type: 'image_bounding_box' }, 'einen Rahmen', '枠'],
  [{ type: 'image_landmarks', length: 17 }, 'eine Gruppe von 17 Landmarken', 'ランドマーク (17点)'],
  [{ type: 'image_landmarks' }, 'eine Gruppe von Landmarken', 'ランドマーク'],
  [{ type: 'cloud' } as unknown as PortType, 'einen Wert vom Typ „cloud“', '「cloud」型の値'],
]

describe('describeType', () => {
  for (const [type, expected] of sentences) it(expected, () => assert.equal(describeType(type), expected))

  for (const [type, german, japanese] of translated) {
    it(`${german}, ${japanese}`, () => {
      assert.deepEqual([describeType(type, 'de'), describeType(type, 'ja')], [german, japanese])
    })
  }

  it('accepts browsers’ language names, and uses English for other languages', () => {
    const languages = ['de-AT', 'ja-JP', 'en-US', 'fr', '', 'constructor']
    const image: PortType = { type: 'image' }
    assert.deepEqual(
      languages.map((language) => describeType(image, language)),
      ['ein Bild', '画像', 'an image', 'an image', 'an image', 'an image'],
    )
  })

  it('describes every type in every language', () => {
    void fc.assert(
      fc.property(anyType, fc.constantFrom('en', 'de', 'ja'), (type, language) => {
        assert.match(describeType(type, language), /\S/)
        assert.doesNotMatch(describeType(type, language), /undefined|NaN|\[object|null|Infinity|MIN|MAX/)
      }),
    )
  })
})

describe('a type in a list', () => {
  const named: [PortType, string, string][] = [
    [{ type: 'vector', length: 512 }, 'ein Vektor von 512 Zahlen', 'a vector of 512 numbers'],
    [{ type: 'category', oneOf: ['cat'] }, 'der Text „cat“', 'the text "cat"'],
    [{ type: 'category', oneOf: [''] }, 'ein leerer Text', 'empty text'],
    [{ type: 'image' }, 'ein Bild', 'an image'],
    [{ type: 'number' }, 'eine Zahl', 'a number'],
    [{ type: 'array', itemType: { type: 'text' } }, 'eine Liste von Texten', 'a list of strings'],
  ]
  for (const [type, german, english] of named)
    it(`is “${german}” in German`, () => {
      assert.equal(nameType(type, 'de-AT'), german)
      assert.equal(nameType(type), english)
      assert.equal(nameType(type, 'ja'), describeType(type, 'ja'))
    })
})
