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

type Part = [start: number, end: number, tokens: number[]]

interface Golden {
  language: number
  parts: Part[]
  /** Expected words and their tokens. */
  prompts: [words: string, tokens: number[]][]
  /** The parts when the first of them are expected. */
  expecting: Part[]
}

function readGolden(): Golden {
  return JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden
}

function tokenizerHere() {
  return loadTokenizer(join(folder, 'tokenizer.json'))
}

function segmentsOf(parts: Part[]): Heard['segments'] {
  const tokenizer = tokenizerHere()
  return parts.map(([start, end, tokens]) => ({ start, end, text: tokenizer.decode(tokens).trim() }))
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

  async function hear(path: string, expected_words = ''): Promise<Heard> {
    const { model, variant } = choice('transcribe/whisper-base')
    const { files: _, ...bundled } = variant
    const real = { ...model, folder, variants: [bundled] }
    const sound = await decodeSound({ path })
    return (await runModel(real, bundled, { sound, expected_words }, engine)).outputs as unknown as Heard
  }

  it('gives the same text, times and language as transformers', async () => {
    const golden = readGolden()
    const { text, segments, language } = await hear(SPEECH)
    assert.deepEqual(segments, segmentsOf(golden.parts))
    assert.match(text, /^Hello there.* sentence about the weather today/)
    assert.equal(golden.language, 0)
    assert.equal(language, 'English')
  })

  it('writes what transformers writes where words are expected, whose tokens are the same', async () => {
    const { prompts, expecting } = readGolden()
    const tokenizer = tokenizerHere()
    for (const [words, [previous, ...tokens]] of prompts) {
      assert.equal(previous, choice('transcribe/whisper-base').variant.settings?.previous)
      assert.deepEqual([...tokenizer.encode(` ${words.trim()}`)], tokens, words)
    }
    const { segments } = await hear(SPEECH, prompts[0]?.[0])
    assert.deepEqual(segments, segmentsOf(expecting))
  })

  it('understands single words, and more of them where they are expected', async function () {
    const spoken = (words: string) => {
      const path = join(said, `${words}.wav`)
      try {
        execFileSync('espeak-ng', ['-w', path, `${words}.`])
      } catch (error) {
        console.log(`      skipped: ${(error as Error).message}`)
        this.skip()
      }
      return path
    }
    for (const word of ['red', 'green', 'blue'])
      assert.match((await hear(spoken(word))).text, new RegExp(`^${word}`, 'i'))
    const colours = 'Red. Green. Blue. Purple. Yellow. White.'
    for (const words of ['yellow', 'purple', 'white', 'make it yellow, please']) {
      assert.doesNotMatch((await hear(spoken(words))).text, new RegExp(`^${words}`, 'i'))
      assert.match((await hear(spoken(words), colours)).text, new RegExp(`^${words}`, 'i'))
    }
  })
})
