/**
 * A camera at 30 frames a second feeding a model that takes about 90 ms, for a minute: how old are the shown
 * pictures?
 */
import { createEngine, createQueue } from '../src/engine'
import { type Bench, enough, milliseconds } from './figure'
import { FILTER, PICTURE_OUT, picture } from './models'

const FRAMES_A_SECOND = 30
const MINUTE = enough(60_000)
const SLOW = 90

export const bench: Bench = async () => {
  const engine = createEngine({ device: 'cpu' })
  const size = await sizeThatTakes(SLOW, (image) => engine.run(FILTER, { image }, { filtered: PICTURE_OUT }))
  const image = picture(size, size)
  const ages: number[] = []
  const runs: number[] = []
  const memory: number[] = []
  const queue = createQueue<number, void>({ policy: 'latest', limit: 1 }, async (taken) => {
    const started = performance.now()
    await engine.run(FILTER, { image }, { filtered: PICTURE_OUT })
    runs.push(performance.now() - started)
    ages.push(performance.now() - taken)
  })
  const camera = setInterval(() => void queue.push(performance.now()), 1000 / FRAMES_A_SECOND)
  const watch = setInterval(() => memory.push(process.memoryUsage().rss / 2 ** 20), 1000)
  await new Promise((resolve) => setTimeout(resolve, MINUTE))
  clearInterval(camera)
  clearInterval(watch)
  const { dropped } = queue
  await queue.close()
  await engine.close()
  const late = memory.slice(10)
  return {
    'live: the model alone, median': milliseconds(percentile(runs, 50)),
    'live: age of the shown frame, 95th percentile': milliseconds(percentile(ages, 95), 250),
    'live: frames shown': { value: ages.length, unit: '', better: 'higher' },
    'live: frames passed over': { value: dropped, unit: '', better: 'lower' },
    'live: memory of Node-RED, growth after ten seconds': {
      value: Math.max(...late) - (late[0] ?? 0),
      unit: 'MB',
      aim: 5,
      better: 'lower',
    },
  }
}

/** The side of a square picture on which a run takes about this many milliseconds here. */
async function sizeThatTakes(
  wanted: number,
  run: (image: ReturnType<typeof picture>) => Promise<unknown>,
): Promise<number> {
  const probe = 384
  const times: number[] = []
  for (let i = 0; i < 6; i++) {
    const started = performance.now()
    await run(picture(probe, probe))
    times.push(performance.now() - started)
  }
  return Math.max(64, Math.round((probe * Math.sqrt(wanted / percentile(times.slice(1), 50))) / 16) * 16)
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))] ?? Number.NaN
}
