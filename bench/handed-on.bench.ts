/**
 * A picture of 1920×1080 goes from model to model of one engine, with an editor looking at both nodes: what
 * that costs Node-RED's thread, and what its process reads and writes for it.
 *
 * A profile on a quiet machine, `node --cpu-prof -e "require('./dist/bench/handed-on.bench.js').bench()"`: a
 * third of the thread's time is garbage collection, in which handles that nobody holds are found; a twelfth
 * is giving the store's memory back to the system; the rest is the way to the lane and back, and small
 * pictures.
 */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { NodeAPI } from 'node-red'
import { createPreview } from '../nodes/shared/preview'
import { createEngine, Kept } from '../src/engine'
import { type Model, runModel } from '../src/models'
import { Image } from '../src/types'
import { type Bench, enough } from './figure'
import { NEGATIVE, picture, pictureModel } from './models'

const LAPS = enough(300)
const WARM_UP = enough(60)

export const bench: Bench = async () => {
  if (process.platform !== 'linux') throw new Error('Only Linux counts what a thread takes.')
  const engine = createEngine({ device: 'cpu' })
  const events = new EventEmitter()
  const RED = { comms: { publish() {} }, events, log: { debug: console.error } } as unknown as NodeAPI
  const previews = ['one', 'two'].map((id) => createPreview(RED, id))
  events.emit('comms:message:daisychain/watching', { session: 'an editor', data: true })
  let reads = 0
  const { read } = Kept.prototype
  Kept.prototype.read = function () {
    reads++
    return read.call(this) as never
  }
  const model = pictureModel('negative', NEGATIVE, 'negative')
  const [variant] = model.variants as [Model['variants'][number]]
  let image: unknown = new Image({ ...picture(1920, 1080), channels: 3 })
  let before = used()
  for (let lap = -WARM_UP; lap < LAPS; lap++) {
    if (lap === 0) {
      reads = 0
      before = used()
    }
    for (const preview of previews) {
      const { outputs, ms } = await runModel(model, variant, { image }, engine, { glimpse: preview.side })
      image = outputs.negative
      preview.show(image, { ms: ms.run, device: 'cpu' })
    }
  }
  const after = used()
  Kept.prototype.read = read
  for (const preview of previews) preview.close()
  await engine.close()
  const name = '1080p through two models, an editor looking'
  return {
    [`${name}: CPU of Node-RED’s thread`]: {
      value: (after.ms - before.ms) / LAPS,
      unit: 'ms',
      aim: 0.3,
      better: 'lower',
    },
    [`${name}: pictures copied in its process`]: { value: reads / LAPS, unit: '', aim: 0, better: 'lower' },
    [`${name}: kilobytes that its process reads and writes`]: {
      value: (after.bytes - before.bytes) / LAPS / 1000,
      unit: 'kB',
      better: 'lower',
    },
  }
}

/** By this thread, on a core; by this process, from and to files and pipes. */
function used(): { ms: number; bytes: number } {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
  const bytes = [...readFileSync('/proc/self/io', 'utf8').matchAll(/^[rw]char: (\d+)/gm)].map(([, count]) =>
    Number(count),
  )
  return { ms: Number(nanoseconds) / 1e6, bytes: bytes.reduce((sum, count) => sum + count, 0) }
}
