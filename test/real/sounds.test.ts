import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as ort from 'onnxruntime-node'
import { createEngine, type Engine } from '../../src/engine'
import { runModel } from '../../src/models'
import type { Span } from '../../src/models/spans'
import { fetchVariant } from '../../src/models/store'
import { decodeSound } from '../../src/sounds'
import { Audio } from '../../src/types'
import { resample } from '../../src/types/resample'
import { choice, needsRealModels, realFolder, sha256Of } from './support'

/** eSpeak's "Hello there. This is a sentence about the weather today.", 16 kHz. */
const SPEECH = resolve(__dirname, '../../../test/fixtures/sounds/speech.flac')

/** Silero's own loop: 64 samples of context and 512 new ones, with the last frame padded with zeros. */
async function silero(file: string, samples: Float32Array): Promise<number[]> {
  const session = await ort.InferenceSession.create(file)
  let state = new ort.Tensor('float32', new Float32Array(256), [2, 1, 128])
  const sr = new ort.Tensor('int64', BigInt64Array.of(16_000n), [])
  const scores: number[] = []
  for (let at = 0; at + 512 <= samples.length; at += 512) {
    const input = new Float32Array(576)
    if (at > 0) input.set(samples.subarray(at - 64, at))
    input.set(samples.subarray(at, at + 512), 64)
    const { output, stateN } = await session.run({ input: new ort.Tensor('float32', input, [1, 576]), state, sr })
    state = stateN as typeof state
    scores.push(Number(output?.data[0]))
  }
  return scores
}

/**
 * openWakeWord's loop: 1280 new 16-bit samples → 8 rows of 32 bands; 76 rows → 96 features; 16 of these → a
 * score.
 */
async function openWakeWord(folder: string, word: string, samples: Float32Array): Promise<number[]> {
  const open = (name: string) => ort.InferenceSession.create(join(folder, name))
  const [melModel, embedding, head] = [
    await open('melspectrogram.onnx'),
    await open('embedding_model.onnx'),
    await open(word),
  ]
  const run = async (session: ort.InferenceSession, data: Float32Array, dims: number[]) => {
    const result = await session.run({ [session.inputNames[0] as string]: new ort.Tensor('float32', data, dims) })
    return result[session.outputNames[0] as string]?.data as Float32Array
  }
  const raw = [...new Array<number>(480).fill(0), ...samples].map((one) => one * 32_768)
  let bands: number[] = new Array(68 * 32).fill(1 / 10 + 2)
  let features: number[] = new Array(15 * 96).fill(0)
  const scores: number[] = []
  for (let at = 0; at + 1760 <= raw.length; at += 1280) {
    const mel = await run(melModel, Float32Array.from(raw.slice(at, at + 1760)), [1, 1760])
    bands = [...bands, ...Array.from(mel, (one) => one / 10 + 2)].slice(-76 * 32)
    features = [...features, ...(await run(embedding, Float32Array.from(bands), [1, 76, 32, 1]))].slice(-16 * 96)
    scores.push(Number((await run(head, Float32Array.from(features), [1, 16, 96]))[0]))
  }
  return scores
}

describe('sounds in real networks', function () {
  this.timeout(240_000)
  let engine: Engine
  let speech: Audio
  let store: string
  const before_ = process.env.DAISYCHAIN_MODELS
  before(async function () {
    needsRealModels(this)
    store = mkdtempSync(join(tmpdir(), 'daisychain-sounds-'))
    process.env.DAISYCHAIN_MODELS = store
    mkdirSync(join(store, 'listen/silero-v6'), { recursive: true })
    cpSync(join(realFolder, 'silero-vad.onnx'), join(store, 'listen/silero-v6/silero_vad_v6.onnx'))
    engine = createEngine({ device: 'cpu' })
    speech = await decodeSound({ path: SPEECH }).catch((error: Error) => {
      console.log(`      skipped: ${error.message}`)
      return this.skip()
    })
  })
  after(async () => {
    await engine?.close()
    if (before_ === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = before_
    if (store) rmSync(store, { recursive: true, force: true })
  })

  async function run(id: string, sound: Audio, state = new Map()) {
    const { model, variant } = choice(id)
    const { outputs } = await runModel(model, variant, { sound }, engine, { state })
    return { ...outputs, scores: [...(outputs.scores as Float32Array)] } as {
      speech: Span[]
      heard: Span[]
      score: number
      scores: number[]
    }
  }
  const quiet = (seconds: number) => new Float32Array(Math.round(seconds * 16_000))
  const around = (samples: Float32Array) =>
    new Audio({ sampleRate: 16_000, channels: 1, data: Float32Array.from([...quiet(1), ...samples, ...quiet(1)]) })
  const padded = async (sound: Audio) => around((await resample(sound, 16_000)).data)
  const near = (some: number[], others: number[]) => {
    assert.equal(some.length, others.length)
    for (const [i, one] of some.entries())
      assert.ok(Math.abs(one - (others[i] as number)) < 1e-5, `${i}: ${one}, ${others[i]}`)
  }

  it('are exactly the file in the catalogue', () => {
    const { variant } = choice('listen/silero-v6')
    assert.equal(sha256Of(join(realFolder, 'silero-vad.onnx')), variant.files?.[0]?.sha256)
  })

  it('Silero finds speech where its own loop does, in a whole sound and in pieces', async () => {
    const sound = around(speech.data)
    const expected = await silero(join(realFolder, 'silero-vad.onnx'), sound.data)
    const whole = await run('listen/silero-v6', sound)
    near(whole.scores, expected)
    assert.ok(whole.speech.length >= 1)
    assert.ok(Math.abs((whole.speech[0] as Span).start - 1) < 0.2, JSON.stringify(whole.speech))
    assert.ok((whole.speech.at(-1) as Span).end < speech.seconds + 1.2)
    const state = new Map()
    const scores: number[] = []
    const times: number[] = []
    for (let at = 0; at < sound.frames; at += 7001) {
      const piece = new Audio({ sampleRate: 16_000, channels: 1, data: sound.data.slice(at, at + 7001) })
      const heard = await run('listen/silero-v6', piece, state)
      scores.push(...heard.scores)
      times.push(...heard.speech.map(({ start }) => at / 16_000 + start))
    }
    near(scores, expected)
    assert.ok(Math.abs((times[0] as number) - 1) < 0.2, `${times}`)
  })

  it('Silero finds nothing in silence, hum and noise', async () => {
    const tone = Float32Array.from({ length: 32_000 }, (_, i) => 0.3 * Math.sin(i / 10))
    for (const data of [quiet(2), tone, quiet(0.01)]) {
      const { speech: found, score } = await run(
        'listen/silero-v6',
        new Audio({ sampleRate: 16_000, channels: 1, data }),
      )
      assert.deepEqual(found, [])
      assert.ok(score < 0.5)
    }
  })

  it('the wake word gets openWakeWord’s scores, in a whole sound and in pieces', async function () {
    const { model, variant } = choice('wakeword/hey-jarvis')
    const folder = join(store, 'wakeword/hey-jarvis')
    try {
      await fetchVariant(model, variant)
    } catch (error) {
      console.log(`      skipped: ${(error as Error).message}`)
      this.skip()
    }
    assert.ok(existsSync(join(folder, 'melspectrogram.onnx')))
    const sound = around(speech.data)
    const expected = await openWakeWord(folder, variant.files?.[0]?.path as string, sound.data)
    const whole = await run('wakeword/hey-jarvis', sound)
    near(whole.scores, expected)
    assert.deepEqual(whole.heard, [])
    const state = new Map()
    const scores: number[] = []
    for (let at = 0; at < sound.frames; at += 5000) {
      const piece = new Audio({ sampleRate: 16_000, channels: 1, data: sound.data.slice(at, at + 5000) })
      scores.push(...(await run('wakeword/hey-jarvis', piece, state)).scores)
    }
    near(scores, expected)
  })

  it('responds to its word and not to others', async function () {
    const say = (text: string) => {
      const file = join(store, 'said.wav')
      execFileSync('espeak-ng', ['-w', file, text])
      return decodeSound({ path: file })
    }
    const words = { 'hey-jarvis': 'Hey Jarvis', alexa: 'Alexa' }
    const phrases = ['Hey Mycroft', 'Hey Rhasspy', 'Hello there', 'Jar of this', ...Object.values(words)]
    const said = new Map<string, Audio>()
    try {
      for (const text of phrases) said.set(text, await say(text))
      for (const id of Object.keys(words)) {
        const { model, variant } = choice(`wakeword/${id}`)
        await fetchVariant(model, variant)
      }
    } catch (error) {
      console.log(`      skipped: ${(error as Error).message}`)
      this.skip()
    }
    for (const [id, word] of Object.entries(words))
      for (const [text, sound] of said) {
        const { score, heard } = await run(`wakeword/${id}`, await padded(sound))
        assert.equal(heard.length > 0, text === word, `${id}, said “${text}”: ${score}`)
        assert.ok(text === word ? score > 0.9 : score < 0.05, `${id}, said “${text}”: ${score}`)
      }
  })
})
