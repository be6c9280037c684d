import { strict as assert } from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { handNodes, otherLanguages, translatedHelp } from '../../scripts/build/hand-nodes'
import type { TranslatedHelp } from '../../src/node-html/help'

const root = resolve(__dirname, '../../..')
const nodes = handNodes(root)

describe('help of the hand-written nodes', () => {
  it('exists', () => assert.ok(nodes.length >= 13, `only ${nodes.length}`))

  for (const language of otherLanguages(root))
    it(`is whole in ${language}: every property, output and part of the page`, () => {
      assert.deepEqual(
        nodes.flatMap((node) => differences(node, language)),
        [],
      )
    })

  it('has the types and headings in the language', () => {
    const adjust = nodes.find(({ spec }) => spec.type === 'daisychain-adjust')
    assert.ok(adjust)
    assert.match(translatedHelp(root, adjust, 'de'), /<h3>Eingänge<\/h3>[\s\S]*>Bild \| Labelkarte \| /)
    assert.match(translatedHelp(root, adjust, 'ja'), /<h3>入力<\/h3>[\s\S]*>画像 \| ラベルマップ \| /)
  })
})

/** Sentences that say what is missing or superfluous in a node's help in this language. */
function differences({ folder, spec }: (typeof nodes)[number], language: string): string[] {
  const word = spec.type.replace('daisychain-', '')
  const read = (place: string, kind: string) => {
    const file = join(root, 'nodes', folder, place, `${word}.${kind}`)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  const place = `locales/${language}`
  const own = JSON.parse(read(place, 'help.json') || '{}') as Partial<TranslatedHelp>
  const { help, outputs } = spec
  const names = Array.isArray(outputs) && outputs.length > 1 ? outputs.length : 0
  const pairs: [what: string, given: unknown, wanted: unknown][] = [
    ['summary', Boolean(own.summary), true],
    ['about', Boolean(own.about), Boolean(help.about)],
    ['inputs', keys(own.inputs), keys(help.inputs)],
    ['outputs', (own.outputs ?? []).map(keys), (help.outputs ?? []).map(keys)],
    ['names of outputs', own.names?.length ?? 0, names],
    ['parts of the page', skeleton(read(place, 'help.html')), skeleton(read('', 'help.html'))],
  ]
  return pairs
    .filter(([, given, wanted]) => JSON.stringify(given) !== JSON.stringify(wanted))
    .map(([what, given, wanted]) => `${word}: ${what} are ${JSON.stringify(given)}, not ${JSON.stringify(wanted)}`)
}

const keys = (port: object | undefined) => Object.keys(port ?? {}).sort()

/** The order of headings, paragraphs and lists, without their text. */
const skeleton = (html: string) => (html.match(/<\/?(h3|p|pre|ul|li|dl|dt|dd)\b/g) ?? []).join('')
