import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { phonemesOf } from '../../src/sounds'

describe('how eSpeak NG pronounces a sentence', () => {
  before(function () {
    if (spawnSync('espeak-ng', ['--version']).status === 0) return
    console.log('      skipped: eSpeak NG is not installed (apt-get install espeak-ng)')
    this.skip()
  })

  it('keeps stress, marks two-letter sounds, and leaves punctuation in place', async () => {
    const said = await phonemesOf(['Hello day', ',', ' (', 'church', ')', '…'], 'en-us')
    assert.equal(said, 'həlˈo^ʊ dˈe^ɪ, (t^ʃˈɜːt^ʃ)…')
  })

  it('uses the requested language, without the names of languages that it switches to', async () => {
    assert.equal(await phonemesOf(['bonjour'], 'fr-fr'), 'bɔ̃ʒˈuʁ')
    assert.doesNotMatch(await phonemesOf(['le thing et le weather'], 'fr-fr'), /[()]/)
  })

  it('accepts any text: nothing is taken for an option or ends it', async () => {
    const said = await phonemesOf(['--version \u0000 $& hello'], 'en-us')
    assert.match(said, /həlˈo\^ʊ$/)
    assert.match(await phonemesOf(['😀'], 'en-us'), /fˈe\^ɪs/)
    assert.equal(await phonemesOf([' — ', '“'], 'en-us'), '— “')
  })

  it('reports in a sentence what is missing', async () => {
    await assert.rejects(phonemesOf(['hello'], 'klingonish'), /eSpeak NG has no voice "klingonish"/)
    await assert.rejects(
      phonemesOf(['hello'], 'en-us', { pathFolders: '/nowhere' }),
      /speaking needs eSpeak NG, which is not installed: install it \(Debian/,
    )
    const gone = AbortSignal.abort()
    await assert.rejects(phonemesOf(['hello'], 'en-us', { signal: gone }))
  })
})
