import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadManifests, phraseIn, TRANSLATED, variantWords } from '../../src/models'
import { StoreError } from '../../src/models/store'
import { understood } from '../../src/models/store/sentences'

const store = resolve(__dirname, '../../../src/models/store')
/** Sentences in these files are only shown by the command line. */
const ofCommands = ['keep.ts']

describe('messages about downloads', () => {
  it('have a German and a Japanese sentence for each one in the code', () => {
    const said = readdirSync(store)
      .filter((file) => file.endsWith('.ts') && !ofCommands.includes(file))
      .flatMap((file) => sentencesIn(readFileSync(join(store, file), 'utf8')))
    assert.ok(said.length > 30, `only ${said.length}`)
    const missing = TRANSLATED.flatMap((language) => said.filter((sentence) => !phraseIn(language, sentence)))
    assert.deepEqual(missing, [])
  })

  it('give the reason in the language, and keep names', () => {
    const { signal } = new AbortController()
    const why = (code: string) => understood({ code, message: 'oh' }, '/models/a', 'files.example', signal).message
    assert.equal(phraseIn('de', why('ENOTFOUND')), 'files.example ist nicht zu finden (ist dieser Computer online?)')
    for (const code of [
      'ECONNREFUSED',
      'EHOSTUNREACH',
      'EPIPE',
      'ENOSPC',
      'EACCES',
      'EROFS',
      'CERT_HAS_EXPIRED',
      'EIO',
    ])
      for (const language of TRANSLATED) assert.ok(phraseIn(language, why(code)), `${language}: ${why(code)}`)
    const whole = `https://files.example/a could not be downloaded: ${why('ENOTFOUND')}. The part already downloaded (5 MB) is kept: try again later.`
    assert.match(phraseIn('ja', whole) ?? '', /^https:\/\/files\.example\/aを.*files\.exampleが見つかりません.*5 MB/)
  })

  it('keep the sentences of several sources apart, because each is translated', () => {
    const error = new StoreError('a does not answer', 'b does not answer')
    assert.equal(error.message, 'a does not answer b does not answer')
    assert.deepEqual(
      error.sentences.map((one) => phraseIn('de', one)),
      ['a antwortet nicht', 'b antwortet nicht'],
    )
  })
})

describe('what a dialog says about a variant', () => {
  for (const language of TRANSLATED)
    it(`is in the language, its licence included (${language})`, () => {
      const english = loadManifests().flatMap((model) =>
        model.variants.flatMap((variant) => {
          const { about, licence } = variantWords(model, variant, language)
          const isProse = /[a-z]{4}.* [a-z]{3}/.test(licence) && !/^[A-Z][\w-]+( [A-Z][\w-]+)*$/.test(licence)
          return [about === variant.about, isProse && licence === variant.licence].includes(true) ? [variant.id] : []
        }),
      )
      assert.deepEqual(english, [])
    })
})

/**
 * The error sentences in the code, with a placeholder for each part. Sentences about the disk end in the file
 * system's words and are tested above.
 */
function sentencesIn(code: string): string[] {
  const made = code.matchAll(/new (?:StoreError|Interruption)\(\s*(['`])(.*?)\1/gs)
  return [...made].map(([, , text = '']) =>
    // Removes optional parts.
    text.replace(/\$\{[^{}]*\? [^{}]*: ''\}|\$\{kept\}/g, '').replace(/\$\{[^{}]*\}/g, 'x'),
  )
}
