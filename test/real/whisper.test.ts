import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { runModel } from '../../src/models'
import { loadTokenizer } from '../../src/models/tokenizer'
import { decodeSound } from '../../src/sounds'
import { choice } from './support'

/** The folder to which test/real/reference/whisper.py has written its results. */
const folder = process.env.DAISYCHAIN_WHISPER ?? ''
const SPEECH = resolve(__dirname, '../../../test/fixtures/sounds/speech.flac')

interface Heard {
  text: string
  segments: { start: number; end: number; text: string }[]
  language: string
}

describe('Transcribe with the real weights of Whisper base', function () {
  this.timeout(300_000)
  let engine: Engine
  let said: string
  before(function () {
    if (!existsSync(join(folder, 'golden.json'))) {
      console.log(
        '      skipped: set DAISYCHAIN_WHISPER to the folder that “python test/real/reference/whisper.py FOLDER” wrote to',
      )
      this.skip()
    }
    engine = createEngine({ device: 'cpu' })
    said = mkdtempSync(join(tmpdir(), 'daisychain-said-'))
  })
  after(async () => {
    await engine?.close()
    if (said) rmSync(said, { recursive: true, force: true })
  })

  async function hear(path: string): Promise<Heard> {
    const { model, variant } = choice('transcribe/whisper-base')
    const { files: _, ...bundled } = variant
    const real = { ...model, folder, variants: [bundled] }
    const sound = await decodeSound({ path })
    return (await runModel(real, bundled, { sound }, engine)).outputs as unknown as Heard
  }

  it('gives the same text, times and language as transformers', async () => {
    const golden = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as {
      language: number
      parts: [start: number, end: number, tokens: number[]][]
    }
    const tokenizer = loadTokenizer(join(folder, 'tokenizer.json'))
    const { text, segments, language } = await hear(SPEECH)
    assert.deepEqual(
      segments,
      golden.parts.map(([start, end, tokens]) => ({ start, end, text: tokenizer.decode(tokens).trim() })),
    )
    assert.match(text, /^Hello there.* sentence about the weather today/)
    assert.equal(golden.language, 0)
    assert.equal(language, 'English')
  })

  it('understands single words', async function () {
    for (const word of ['red', 'green', 'blue']) {
      const path = join(said, `${word}.wav`)
      try {
        execFileSync('espeak-ng', ['-w', path, `${word}.`])
      } catch (error) {
        console.log(`      skipped: ${(error as Error).message}`)
        this.skip()
      }
      assert.match((await hear(path)).text, new RegExp(`^${word}`, 'i'))
    }
  })
})
