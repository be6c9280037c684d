// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadManifests } from '../../src/models'
import type { SpeakSettings } from '../../src/models/tasks/speak'
import type { Audio } from '../../src/types'
import { floats, simulate } from './simulate'

const WIDTH = 256
const ROWS = 510

describe('Read aloud', function () {
  this.timeout(60_000)
  const model = loadManifests().find(({ id }) => id === 'read-aloud')!
  const [variant] = model.variants
  const settings = variant!.settings as unknown as SpeakSettings
  const letters = new Map(Object.entries(settings.symbols).map(([symbol, number]) => [number, symbol]))
  const before_ = process.env.DAISYCHAIN_MODELS
  let store: string
  before(function () {
    if (spawnSync('espeak-ng', ['--version']).status !== 0) {
      console.log('      skipped: eSpeak NG is not installed (apt-get install espeak-ng)')
      this.skip()
    }
    // In each voice's file, row i contains i plus the voice's number ÷ 100.
    store = mkdtempSync(join(tmpdir(), 'daisychain-voices-'))
    process.env.DAISYCHAIN_MODELS = store
    const folder = join(store, 'read-aloud/kokoro')
    mkdirSync(folder, { recursive: true })
    for (const [voice, { file }] of Object.values(settings.voices).entries()) {
      const rows = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => Math.floor(i / WIDTH) + voice / 100)
      writeFileSync(join(folder, file), rows)
    }
  })
  after(() => {
    if (before_ === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = before_
    if (store) rmSync(store, { recursive: true, force: true })
  })

  /**
   * Returns the network's inputs for each run, and the sound. Each run's sound has as many samples as it was
   * given phonemes, all with the run's number.
   */
  async function read(text: string, voice = 'Heart (US English)', speed = 1) {
    const runs: { said: string; count: number; style: number[]; speed: number }[] = []
    const { outputs } = await simulate(
      'read-aloud/kokoro',
      { text, voice, speed },
      ({ tokens, style, speed }) => {
        const numbers = [...(tokens!.data as BigInt64Array)].map(Number)
        assert.deepEqual([tokens!.dims, style!.dims, speed!.dims], [[1, numbers.length], [1, WIDTH], [1]])
        assert.deepEqual([numbers[0], numbers.at(-1)], [0, 0])
        const said = numbers.slice(1, -1).map((number) => letters.get(number)!)
        runs.push({
          said: said.join(''),
          count: said.length,
          style: [...(style!.data as Float32Array)],
          speed: Number(speed!.data[0]),
        })
        return { audio: floats([numbers.length], () => runs.length / 1000) }
      },
      { tokens: 'int64' },
    )
    return { runs, sound: outputs.sound as Audio }
  }

  it('passes each sentence’s phonemes in the network’s letters, and joins the results', async () => {
    const { runs, sound } = await read('Hello, a day in church. Is the button red?')
    assert.deepEqual(
      runs.map(({ said }) => said),
      ['həlˈO, ə dˈA ɪn ʧˈɜɹʧ.', 'ɪz ðə bˈʌtn ɹˈɛd?'],
    )
    assert.deepEqual([sound.sampleRate, sound.channels], [24_000, 1])
    const lengths = runs.map(({ count }) => count + 2)
    assert.equal(sound.frames, lengths[0]! + lengths[1]!)
    assert.ok(Math.abs(sound.data[0]! - 0.001) < 1e-6 && Math.abs(sound.data.at(-1)! - 0.002) < 1e-6)
  })

  it('uses the voice’s style for the number of phonemes, and the speed', async () => {
    for (const [i, voice] of Object.keys(settings.voices).entries()) {
      const { runs } = await read('Casa 2.', voice, 1.5)
      assert.equal(runs.length, 1)
      const { style, count, speed } = runs[0]!
      assert.ok(
        style.every((number) => Math.abs(number - count - i / 100) < 1e-3),
        voice,
      )
      assert.equal(speed, 1.5)
    }
    const { runs } = await read('Nice day', 'Emma (British English)')
    assert.equal(runs[0]!.said, 'nˈIs dˈA')
    assert.equal((await read('No', 'Emma (British English)')).runs[0]!.said, 'nˈQ')
  })

  it('splits a long sentence after punctuation, or between words, or anywhere', async () => {
    for (const [text, end] of [
      [`${'one two three four, '.repeat(60)}.`, /,$/],
      ['one two three four '.repeat(60), / $/],
      ['supercali-'.repeat(100), /./],
    ] as const) {
      const { runs } = await read(text)
      assert.ok(runs.length >= 2, `${runs.length}`)
      for (const { count } of runs) assert.ok(count <= 510)
      for (const { said } of runs.slice(0, -1)) assert.match(said, end)
      assert.ok(runs.at(-1)!.style[0]! <= ROWS)
    }
  })

  it('refuses text without sounds in a sentence', async () => {
    for (const text of ['', ' … ', '!?', '\n']) await assert.rejects(read(text), /the text has no words to speak/)
    for (const text of ['日本語のテキスト。', 'привет', 'नमस्ते।', '日本語 and 😀 and привет.', 'AI は世界を変える'])
      await assert.rejects(
        read(text),
        /the voice "Heart \(US English\)" reads Latin letters, but most of the text's are others/,
      )
    assert.equal((await read('नमस्ते।', 'Alpha (Hindi)')).runs.length, 1)
    await assert.rejects(read('x'.repeat(20_001)), /has 20001 characters, but at most 20000/)
  })

  it('reads a few characters of another script, and leaves out silent ones', async () => {
    const { runs } = await read('The letter π, 日 and 😀 are in this text.')
    assert.ok(runs.every(({ said }) => !said.includes('undefined') && said.length > 5))
  })

  it('refuses a phoneme that the network has not learned', async () => {
    // eSpeak NG pronounces foreign words with the phonemes of their own language.
    await assert.rejects(
      read('La parola russa ещё, questa.', 'Sara (Italian)'),
      /the voice "Sara \(Italian\)" was never taught the sound “\p{L}” of "La parola russa ещё, questa\."/u,
    )
  })

  /** All letters of each language, and its rare phonemes. */
  const texts: Record<string, string> = {
    'US English':
      'The judge measured thirty thick thieves; bottle, rhythm, Loch Ness, Bach, croissant, uh-oh, Hawaiian.',
    'British English': 'The judge measured thirty thick thieves; bottle, rhythm, Loch Ness, poor hair, here.',
    Spanish:
      'El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío, añoraba su cachorro. México, yo, inyección.',
    French:
      'Portez ce vieux whisky au juge blond qui fume. Un bon vin, les œufs, brun, agneau, huit, oui, Noël, parking.',
    Hindi:
      'नमस्ते। मैं हिन्दी बोलता हूँ। घर, छाता, झंडा, ठंडा, ढोल, थाली, ख़ुशी, ग़म, ज़मीन, फ़िल्म, क़लम, पढ़ना, लड़का, ज्ञान, श्री, ऋषि, क्षमा, चाँद, ळ। १२३४',
    Italian:
      'Quel vituperabile xenofobo zelante assaggia il whisky. Gli gnocchi, sciare, pizza, mezzo, giglio, perché.',
    'Brazilian Portuguese':
      'Luís argüia à Júlia que brações, fé, chá, óxido, pôr, zângão. Não, mãe, muito, bem, tia, dia, ninho, carro.',
  }
  for (const voice of Object.keys(settings.voices))
    it(`${voice} was taught every sound of its language`, async () => {
      const language = voice.replace(/^.*\(|\)$/g, '')
      assert.ok((await read(texts[language]!, voice)).runs.length > 0)
    })

  it('knows all phonemes that its spelling leads to, and has a file for each voice', () => {
    const files = variant!.files!.map(({ path }) => path)
    for (const [voice, { file, language }] of Object.entries(settings.voices)) {
      assert.ok(files.includes(file), voice)
      for (const [, taught] of settings.spelling[language]!)
        for (const symbol of taught) assert.ok(Object.hasOwn(settings.symbols, symbol), `${language}: ${symbol}`)
    }
    const { oneOf } = model.inputs[1]!.type as { oneOf: string[] }
    assert.deepEqual(oneOf, Object.keys(settings.voices))
  })
})
