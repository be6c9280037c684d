import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { reasonCatalogue, TRANSLATED } from '../../src/models'
import { helpIn } from '../../src/models/in-language'
import { reasonTranslator, sentencesOf } from '../../src/models/translate-reasons'

const inspect = resolve(__dirname, '../../../src/inspect')
const code = readdirSync(inspect, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== 'reason.ts')
  .map((file) => ({ file, text: readFileSync(join(inspect, file), 'utf8') }))

/** The reasons in the code, with `{}` for each part. */
const said = new Set(
  code
    .flatMap(({ text }) => [...text.matchAll(/\breason`/g)].map(({ index }) => templateAt(text, index + 7).text))
    .flatMap(sentencesOf)
    .filter((sentence) => /\p{L}/u.test(sentence)),
)

describe('the reasons of proposals', () => {
  for (const language of TRANSLATED)
    it(`have a translation for each one in the code, and no others (${language})`, () => {
      assert.ok(said.size > 250, `only ${said.size}`)
      const catalogue = reasonCatalogue(language)
      assert.deepEqual(Object.keys(catalogue).sort(), [...said].sort())
      for (const [english, translated] of Object.entries(catalogue)) {
        const places = translated.match(/\{\d\}/g) ?? []
        const parts = english.match(/\{\}/g) ?? []
        assert.deepEqual([...places].sort(), parts.map((_, i) => `{${i + 1}}`).sort(), translated)
      }
    })

  it('are all marked as such', () => {
    // A sentence or part of one that is written where a reason belongs.
    const where =
      /(?:\b(?:why|ask|label|instead|note|step|words|named|beside|what)(?::| =)|notes\.push\(|\bsay\([^`]{0,40}?,)\s*/
    const plain = new RegExp(
      `${where.source}(?:[^\\n'"\`=]*[?:]\\s*)?(?:'[^'\\n]*|"[^"\\n]*|\`[^\`$]*)[a-z] [a-z]`,
      'g',
    )
    const missed = code.flatMap(({ file, text }) => [...text.matchAll(plain)].map(([found]) => `${file}: ${found}`))
    assert.deepEqual(missed, [])
  })

  it('are put together in the order of the language', () => {
    const [german, japanese] = ['de', 'ja'].map((language) => reasonTranslator(language, reasonCatalogue(language)))
    const picture =
      'Its numbers are arranged as a colour picture of 224 × 224 (1 × 3 × any × 224); networks that find points usually expect this range. Larger pictures are processed in tiles.'
    assert.equal(
      german?.(picture),
      'Die Zahlen sind angeordnet wie ein Farbbild von 224 × 224 (1 × 3 × beliebig × 224); Netze, die Punkte finden, erwarten meist diesen Bereich. Größere Bilder werden in Kacheln verarbeitet.',
    )
    assert.equal(
      japanese?.(picture),
      '数値の並びは224 × 224 のカラー画像です (1 × 3 × 任意 × 224)。点を見つけるネットワークは通常この範囲を使います。大きい画像はタイルに分けて処理します。',
    )
    assert.equal(
      german?.('It takes one number; 0.25 suits pictures of about 1920 × 1080.')?.slice(0, 25),
      'Erwartet eine Zahl; 0,25 ',
    )
    assert.equal(
      german?.('It distinguishes 10 things, with one score for each; names are from my labels, 2.txt.')?.slice(-17),
      'my labels, 2.txt.',
    )
  })

  it('stay English where something is unknown, as errors do', () => {
    const german = reasonTranslator('de', reasonCatalogue('de'))
    assert.equal(german('Never written.'), undefined)
    assert.equal(reasonTranslator('en', reasonCatalogue('en'))('It outputs one number.'), undefined)
    assert.match(
      german('A run on sample numbers failed: [0.5, 1] is 3 long. Give 4.') ?? '',
      /fehlgeschlagen: \[0\.5, 1\] is 3 long\. Give 4\.$/,
    )
  })

  it('are translated on the pages of served chains too', () => {
    assert.equal(helpIn('de', 'It outputs one number.'), 'Liefert eine Zahl.')
    assert.equal(helpIn('en', 'It outputs one number.'), 'It outputs one number.')
  })
})

/** A template's text from this place on, with `{}` for each part, and where it ends. */
function templateAt(code: string, from: number): { text: string; end: number } {
  let text = ''
  for (let i = from; ; i++) {
    if (code[i] === '`') return { text, end: i }
    if (code[i] === '$' && code[i + 1] === '{') {
      text += '{}'
      i = partEnd(code, i + 2)
    } else text += code[i] === '\\' ? code[++i] : code[i]
  }
}

/** Where a part of a template ends: at its closing brace, which isn't in another template. */
function partEnd(code: string, from: number): number {
  for (let i = from, depth = 1; ; i++) {
    if (code[i] === '`') i = templateAt(code, i + 1).end
    if (code[i] === '{') depth++
    if (code[i] === '}' && --depth === 0) return i
  }
}
