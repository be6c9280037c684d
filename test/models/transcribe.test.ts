// biome-ignore-all lint/style/noNonNullAssertion: missing values should fail the test
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createEngine, Kept } from '../../src/engine'
import { loadManifests, type RunModelOptions, runModel, warmUp } from '../../src/models'
import type { TranscribeSettings } from '../../src/models/tasks/transcribe'
import { allowedScores, logLikelihood, spokenParts } from '../../src/models/text/spoken'
import { loadTokenizer } from '../../src/models/tokenizer'
import { Audio } from '../../src/types'
import { countReads } from '../engine/count-reads'
import { startInferenceServer } from '../engine/inference-server'
import { fixturesFolder, tellingEngine } from './support'
import { twinOf } from './twin'

interface Golden {
  /** Its length in seconds, and the pitches where it begins and ends. */
  sound: [seconds: number, low: number, high: number]
  task: 'transcribe' | 'translate'
  /** The expected words. */
  words?: string
  language: number
  parts: [start: number, end: number, tokens: number[]][]
}

interface Result {
  text: string
  segments: { start: number; end: number; text: string }[]
  language: string
}

/** The results of transformers for the same network and sounds; see make.py in that folder. */
const folder = `${fixturesFolder}/transcribe`
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as Golden[]
const RATE = 16_000
/**
 * The first token that isn't text, in the real network and in its twin, and the maximum number of tokens in a
 * window.
 */
const [REAL, TWIN, MOST] = [50_257, 120, 40]

function sweep([seconds, low, high]: Golden['sound'], rate = RATE, channels = 1): Audio {
  const data = new Float32Array(seconds * rate * channels)
  for (let i = 0; i < data.length; i++) {
    const at = Math.floor(i / channels) / rate
    const pitch = low + ((high - low) * at) / seconds
    data[i] = 0.4 * Math.sin(2 * Math.PI * pitch * at) * (0.5 + 0.5 * Math.sin(2 * Math.PI * 1.7 * at))
  }
  return new Audio({ sampleRate: rate, channels, data })
}

describe('Transcribe', function () {
  this.timeout(120_000)
  const model = loadManifests().find(({ id }) => id === 'transcribe')!
  const settings = model.variants[0]!.settings as unknown as TranscribeSettings
  const moved = [...Object.values(settings), ...settings.never, ...settings.neverFirst].flatMap((token) =>
    typeof token === 'number' && token >= REAL ? [[token, token - REAL + TWIN] as const] : [],
  )
  // The twin has 64 positions, and 43 are taken.
  const sizes = { ...Object.fromEntries(moved), 224: MOST, 220: 20 }
  const twin = twinOf(model, 'whisper-base', folder, sizes)
  const languages = (model.inputs[1]!.type as { oneOf: string[] }).oneOf.slice(1)
  const tokenizer = loadTokenizer(`${folder}/tokenizer.json`)
  const { engine, runs, fed } = tellingEngine()
  const count = countReads()
  const runsOf = (file: string) => runs.filter((run) => run.startsWith(file)).length
  const hear = async (sound: unknown, given: object = {}, options: RunModelOptions = {}) =>
    (await runModel(twin, twin.variants[0]!, { sound, ...given }, engine, options)).outputs as unknown as Result

  for (const { sound, task, words = '', language, parts } of golden)
    it(`hears what transformers hears in ${sound.join(', ')} (${task}${words && `, expecting “${words}”`})`, async () => {
      const heard = await hear(sweep(sound), { translate: task === 'translate', expected_words: words })
      assert.equal(heard.language, languages[language])
      const texts = parts.map(([, , tokens]) => tokenizer.decode(tokens))
      assert.equal(heard.text, texts.join('').trim())
      const [seconds] = sound
      const wanted = parts.map(([start, end], i) => ({
        start: Math.min(start, seconds),
        end: Math.min(end, seconds),
        text: texts[i]!.trim(),
      }))
      assert.deepEqual(heard.segments, wanted)
    })

  it('refuses expected words that don’t fit, or that are marks of the model', async () => {
    const sound = sweep([2, 200, 900])
    await assert.rejects(
      hear(sound, { expected_words: 'abcdefghijklmnopqrstuvw' }),
      /^ValueError: expected_words has \d\d tokens, but may have at most 20, about 14 words: shorten it$/,
    )
    await assert.rejects(hear(sound, { expected_words: 'red <|endoftext|>' }), /contains a mark of the model/)
    assert.deepEqual(await hear(sound, { expected_words: ' \n' }), await hear(sound))
  })

  for (const json of [false, true])
    it(`hears the same through an inference server${json ? ' that reads JSON only' : ''}`, async () => {
      const names = ['encoder_model_quantized', 'decoder_model_merged_quantized']
      const files = Object.fromEntries(names.map((name) => [`transcribe-${name}`, `${folder}/${name}.onnx`]))
      const server = await startInferenceServer(engine, files, { json })
      const away = createEngine({ isolation: 'thread', server: { addresses: [server.address] }, log() {} })
      try {
        const sound = sweep(golden[0]!.sound)
        const { outputs } = await runModel(twin, twin.variants[0]!, { sound }, away)
        assert.deepEqual(outputs, await hear(sound))
        assert.ok(server.asked.some((path) => path.includes('decoder')))
      } finally {
        await away.close()
        server.stop()
      }
    })

  it('uses the given language, and detects another only once', async () => {
    const [sound] = golden.map(({ sound }) => sweep(sound))
    const heard = await hear(sound, { language: 'German' })
    assert.equal(heard.language, 'German')
    await assert.rejects(hear(sound, { language: 'Klingon' }), /Transcribe's language/)
  })

  it('is empty if there is only silence, for which no network runs', async () => {
    const quiet = (length: number, level = 0) =>
      new Audio({ sampleRate: RATE, channels: 1, data: new Float32Array(length).fill(level) })
    for (const sound of [quiet(1), quiet(100), quiet(40 * RATE), quiet(RATE, 0.0005)])
      assert.deepEqual(await hear(sound), { text: '', segments: [], language: '' })
    assert.deepEqual(runs, [])
  })

  it('accepts sounds of any rate and number of channels, and refuses anything else', async () => {
    const usual = await hear(sweep([2, 200, 900]))
    for (const rate of [8000, 96_000]) assert.ok(await hear(sweep([2, 200, 900], rate)), `${rate}`)
    assert.deepEqual(await hear(sweep([2, 200, 900], RATE, 10)), usual)
    const broken = { sampleRate: RATE, data: new Float32Array(100).fill(Number.NaN) }
    await assert.rejects(hear(broken), /a sound's samples must be numbers \(got NaN after 0 seconds\)/)
    await assert.rejects(hear('hello'), /Transcribe's sound/)
  })

  it('reports the text so far, and its progress', async () => {
    const partials: string[] = []
    const steps: number[][] = []
    const whole = await hear(
      sweep([70, 80, 5000]),
      {},
      {
        partial: (outputs) => partials.push(outputs.text as string),
        progress: (...step) => steps.push(step),
      },
    )
    assert.ok(partials.length > 0 && partials.every((text) => whole.text.startsWith(text.slice(0, 1))))
    assert.deepEqual(
      [steps[0], steps.at(-1)],
      [
        [0, 3],
        [2, 3],
      ],
    )
  })

  it('processes a long sound window by window, and stops between two when nobody waits', async () => {
    const enough = new AbortController()
    const progress = (done: number) => done === 1 && enough.abort()
    await assert.rejects(hear(sweep([100, 80, 5000]), {}, { signal: enough.signal, progress }))
    assert.ok(runsOf('encoder') <= 3, `${runsOf('encoder')}`)
  })

  it('sends each window’s features to the decoder once, even with several sounds at a time', async () => {
    const alone = await hear(sweep([47, 400, 450]))
    const windows = runsOf('encoder')
    const sent = fed.filter((feeds) => 'encoder_hidden_states' in feeds)
    assert.equal(sent.length, windows)
    assert.ok(runsOf('decoder') >= 2 * windows)
    const others = [sweep([2, 100, 3000]), sweep([2, 200, 900]), sweep([2, 3000, 100])]
    const [again] = await Promise.all([hear(sweep([47, 400, 450])), ...others.map((sound) => hear(sound))])
    assert.deepEqual(again, alone)
  })

  it('keeps the features with the engine, wherever the decoder runs', async () => {
    const load: typeof engine.load = async (...given) => ({ ...(await engine.load(...given)), device: 'server' })
    for (const each of [engine, { ...engine, load }]) {
      fed.splice(0)
      await runModel(twin, twin.variants[0]!, { sound: sweep([70, 80, 5000]) }, each)
      const heard = fed.flatMap(({ encoder_hidden_states }) => encoder_hidden_states?.data ?? [])
      assert.ok(heard.length >= 3)
      assert.ok(heard.every((data) => data instanceof Kept))
      assert.equal(count.reads, 0)
    }
  })

  it('writes the same token by token, if nothing stays in a lane', async () => {
    const inLane = await hear(sweep([70, 80, 5000]))
    const ofLane = runsOf('decoder')
    const load: typeof engine.load = async (...given) => ({ ...(await engine.load(...given)), device: 'server' })
    const elsewhere = { ...engine, load }
    const { outputs } = await runModel(twin, twin.variants[0]!, { sound: sweep([70, 80, 5000]) }, elsewhere)
    assert.deepEqual(outputs, inLane)
    const tokens = runsOf('decoder') - ofLane
    assert.ok(ofLane < tokens / 2, `${ofLane} requests instead of ${tokens}`)
  })

  it('is tried before the first message', () => warmUp(twin, twin.variants[0]!, engine))
})

describe('the timestamp rules', () => {
  const spoken = { end: 4, times: 10, withoutTimes: 9, never: [1], neverFirst: [2] }
  /**
   * The tokens that may come next. There are 4 text tokens, some special ones, and times from 0 to 1.4
   * seconds.
   */
  const allowed = (written: number[], likely: Record<number, number> = {}) => {
    const scores = Float32Array.from({ length: 80 }, (_, token) => likely[token] ?? (token < 10 ? 5 : 0))
    return [...allowedScores(scores, written, spoken).entries()].flatMap(([token, score]) =>
      score === Number.NEGATIVE_INFINITY ? [] : [token],
    )
  }
  const from = (first: number, to = 79) => Array.from({ length: to - first + 1 }, (_, i) => first + i)

  it('a timestamp of at most a second comes first', () => assert.deepEqual(allowed([]), from(10, 60)))
  it('then text follows', () => assert.deepEqual(allowed([15]), [0, 2, 3, 4, 5, 6, 7, 8]))
  it('text may end with a later timestamp', () =>
    assert.deepEqual(allowed([15, 0]), [0, 2, 3, 4, 5, 6, 7, 8, ...from(16)]))
  it('after which the text ends, or the next begins, not earlier', () =>
    assert.deepEqual(allowed([15, 0, 20]), [4, 5, 6, 7, 8, ...from(20)]))
  it('all timestamps together may be more likely than any word', () =>
    assert.deepEqual(allowed([15, 0], Object.fromEntries(from(10).map((token) => [token, 1.5]))), from(16)))
  it('probabilities are those of a softmax', () => {
    const scores = Float32Array.of(1, 2, 3, Number.NEGATIVE_INFINITY)
    const sum = [0, 1, 2, 3].reduce((total, token) => total + Math.exp(logLikelihood(scores, token)), 0)
    assert.ok(Math.abs(sum - 1) < 1e-6)
  })

  it('segments end where two timestamps meet, and the part after them is processed again', () => {
    assert.deepEqual(spokenParts([10, 1, 20, 20, 2, 3], spoken, 30), {
      parts: [{ start: 0, end: 0.2, tokens: [10, 1, 20] }],
      done: 0.2,
    })
    assert.deepEqual(spokenParts([10, 1, 20, 25, 2, 35], spoken, 30), {
      parts: [
        { start: 0, end: 0.2, tokens: [10, 1, 20] },
        { start: 0.3, end: 0.5, tokens: [25, 2, 35] },
      ],
      done: 30,
    })
    assert.deepEqual(spokenParts([10, 1, 2], spoken, 12), {
      parts: [{ start: 0, end: 12, tokens: [10, 1, 2] }],
      done: 12,
    })
    assert.deepEqual(spokenParts([], spoken, 12), { parts: [{ start: 0, end: 12, tokens: [] }], done: 12 })
  })
})
