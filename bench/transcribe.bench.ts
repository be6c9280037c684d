/**
 * What Transcribe adds to the runs of Whisper base: the spectrogram, the rules for what is written, and the
 * way to the lane and back. The files have Whisper's size and random weights: DAISYCHAIN_WHISPER is the
 * folder that “python test/fixtures/models/transcribe/make.py full FOLDER” wrote to. Without it the small
 * twin is run, whose figures say little.
 */
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createEngine } from '../src/engine'
import { loadManifests, type Model, runModel } from '../src/models'
import type { TranscribeSettings } from '../src/models/tasks/transcribe'
import { Audio } from '../src/types'
import { type Bench, enough, milliseconds } from './figure'

const TWIN = join(__dirname, '../../test/fixtures/models/transcribe')
const RATE = 16_000
/** Tokens of a window at most: a sentence or two. */
const MOST = 40
/** Of the main file: 30 seconds, in 80 bands. */
const COLUMNS = 3000

export const bench: Bench = async () => {
  const folder = process.env.DAISYCHAIN_WHISPER ?? TWIN
  const engine = createEngine({ device: 'cpu', threads: 2 })
  const model = loadManifests().find(({ id }) => id === 'transcribe') as Model
  const { files: _, ...variant } = model.variants[0] as Model['variants'][number]
  const told = { ...variant.settings, ...(folder === TWIN && TWINS) } as unknown as TranscribeSettings
  // It never ends before.
  const given = { ...variant, settings: { ...told, most: MOST, never: [...told.never, told.end] } }
  const whisper = { ...model, folder, variants: [given] }
  const sound = sweep(12)
  const rounds: { whole: number; run: number; added: number; computed: number }[] = []
  // Before it counts, what runs often has been compiled.
  for (let i = -4; i < enough(12); i++) {
    const before = process.cpuUsage()
    const started = performance.now()
    const { ms } = await runModel(whisper, given, { sound, language: 'English' }, engine)
    const whole = performance.now() - started
    const { user, system } = process.cpuUsage(before)
    if (i >= 0) rounds.push({ whole, run: ms.run, added: whole - ms.run, computed: (user + system) / 1000 })
  }
  await engine.close()
  // Afterwards: its threads wait for work without sleeping, and its garbage is this process's.
  const bare = await bareRuns(join(folder, variant.file), join(folder, 'decoder_model_merged_quantized.onnx'))
  const alone: number[] = []
  for (let i = 0; i < enough(6); i++) alone.push(await bare())
  // The least of each: whatever else the computer does only adds to it.
  const least = (key: keyof (typeof rounds)[number]) => Math.min(...rounds.map((round) => round[key]))
  return {
    [`Transcribe, 12 seconds, ${MOST} tokens`]: milliseconds(least('whole')),
    'the same runs in one process': milliseconds(Math.min(...alone)),
    'it adds to its runs': milliseconds(least('added')),
    'in which Node-RED’s process computes': milliseconds(least('computed')),
    'that is, of its runs': { value: (100 * least('added')) / least('run'), unit: '%', aim: 5, better: 'lower' },
  }
}

/** The twin's tokens. */
const TWINS = {
  end: 120,
  start: 121,
  languages: 122,
  translate: 221,
  transcribe: 222,
  silence: 225,
  withoutTimes: 226,
  times: 227,
}

function sweep(seconds: number): Audio {
  const data = Float32Array.from({ length: seconds * RATE }, (_, i) => 0.4 * Math.sin((i * (100 + i / 1000)) / RATE))
  return new Audio({ sampleRate: RATE, channels: 1, data })
}

/**
 * The encoder once, and the decoder for the token that everything begins with, then two more, then one after
 * the other.
 */
async function bareRuns(encoder: string, decoder: string): Promise<() => Promise<number>> {
  const options = { executionProviders: ['cpu'], intraOpNumThreads: 2 }
  const listen = await InferenceSession.create(encoder, options)
  const write = await InferenceSession.create(decoder, options)
  const heard = new Tensor('float32', new Float32Array(80 * COLUMNS).fill(0.1), [1, 80, COLUMNS])
  const row = (count: number) => new Tensor('int64', new BigInt64Array(count).fill(1n), [1, count])
  const [, ...presents] = write.outputNames
  return async () => {
    const started = performance.now()
    const { last_hidden_state } = await listen.run({ input_features: heard })
    let caches = emptyCaches(write)
    for (let i = 0; i < MOST + 1; i++) {
      const count = i === 1 ? 2 : 1
      const places = BigInt64Array.from({ length: count }, (_, place) => BigInt(place + (i > 1 ? i + 1 : i)))
      const made = await write.run({
        ...(write.inputNames.includes('cache_position') && { cache_position: new Tensor('int64', places, [count]) }),
        input_ids: row(count),
        encoder_hidden_states: last_hidden_state as Tensor,
        use_cache_branch: new Tensor('bool', [i > 0]),
        ...caches,
      })
      const changed = presents.filter((name) => i === 0 || !name.includes('.encoder.'))
      caches = {
        ...caches,
        ...Object.fromEntries(
          changed.map((name) => [name.replace('present', 'past_key_values'), made[name] as Tensor]),
        ),
      }
    }
    return performance.now() - started
  }
}

function emptyCaches({ inputMetadata }: InferenceSession): Record<string, Tensor> {
  const caches = inputMetadata.filter(({ name }) => name.startsWith('past_key_values'))
  return Object.fromEntries(
    caches.map((cache) => {
      const shape = cache.isTensor ? cache.shape : []
      return [
        cache.name,
        new Tensor(
          'float32',
          new Float32Array(0),
          shape.map((size, i) => (typeof size === 'number' ? size : i === 0 ? 1 : 0)),
        ),
      ]
    }),
  )
}
