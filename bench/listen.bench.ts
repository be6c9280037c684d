/**
 * How much Listen hears in a second of one core: a minute of sound as one message, and in the pieces of a
 * microphone. Counted is the time that the processor works for this process, in which the lane is a thread.
 * Silero's file must be there: “npx daisychain models fetch listen/silero-v6”, or DAISYCHAIN_MODELS is the
 * folder of one that has it. Without it nothing is measured.
 */
import { createEngine } from '../src/engine'
import { isPresent, loadManifests, type Model, runModel } from '../src/models'
import { Audio } from '../src/types'
import { type Bench, enough, type Figure, median } from './figure'

const RATE = 16_000
const SECONDS = 60
const PIECE = 0.32

export const bench: Bench = async () => {
  const model = loadManifests().find(({ id }) => id === 'listen') as Model
  const [variant] = model.variants as [Model['variants'][number]]
  if (!isPresent(model, variant)) return {} as Record<string, Figure>
  const engine = createEngine({ device: 'cpu', threads: 1, isolation: 'thread' })
  const sound = noisyTone(SECONDS)
  const hear = async (pieces: Audio[]) => {
    const state = new Map()
    const before = process.cpuUsage()
    for (const piece of pieces) await runModel(model, variant, { sound: piece }, engine, { state })
    const { user, system } = process.cpuUsage(before)
    return SECONDS / 60 / ((user + system) / 1e6)
  }
  const whole: number[] = []
  const inPieces: number[] = []
  for (let i = -1; i < enough(5); i++) {
    const both = [await hear([sound]), await hear(cut(sound, PIECE))] as const
    if (i < 0) continue
    whole.push(both[0])
    inPieces.push(both[1])
  }
  await engine.close()
  const minutes = (values: number[]): Figure => ({ value: median(values), unit: 'min/s', aim: 1, better: 'higher' })
  return {
    'Listen, a minute as one message: sound for a second of a core': minutes(whole),
    [`Listen, in pieces of ${PIECE} s: sound for a second of a core`]: minutes(inPieces),
  }
}

function noisyTone(seconds: number): Audio {
  const data = Float32Array.from({ length: seconds * RATE }, (_, i) => 0.3 * Math.sin(i / 9) * Math.sin(i / 4001) ** 2)
  return new Audio({ sampleRate: RATE, channels: 1, data })
}

function cut({ data }: Audio, seconds: number): Audio[] {
  const length = Math.round(seconds * RATE)
  return Array.from(
    { length: Math.floor(data.length / length) },
    (_, i) => new Audio({ sampleRate: RATE, channels: 1, data: data.slice(i * length, (i + 1) * length) }),
  )
}
