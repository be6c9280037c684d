/** How late timers fire on this thread (Node-RED's, in real life) while a model runs flat out on all cores. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createEngine } from '../src/engine'
import { type Bench, milliseconds } from './figure'
import { FILTER, PICTURE_OUT, picture } from './models'

const SECONDS = 5
const AIM = 10

/** The 99th percentile of the delay in milliseconds while `work` is done over and over. */
async function delayDuring(work: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 3; i++) await work()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; ) await work()
  delay.disable()
  return delay.percentile(99) / 1e6
}

export const bench: Bench = async () => {
  const image = picture(512, 512)
  const idle = await delayDuring(() => new Promise((resolve) => setTimeout(resolve, 60)))

  const inLane = async (isolation: 'process' | 'thread') => {
    const engine = createEngine({ isolation, device: 'cpu' })
    const p99 = await delayDuring(() => engine.run(FILTER, { image }, { filtered: PICTURE_OUT }))
    await engine.close()
    return p99
  }
  const process = await inLane('process')
  const thread = await inLane('thread')

  const session = await InferenceSession.create(FILTER, { executionProviders: ['cpu'] })
  const tensor = new Tensor('float32', new Float32Array(3 * 512 * 512), [1, 3, 512, 512])
  const main = await delayDuring(() => session.run({ image: tensor }))

  return {
    'event-loop delay p99, idle': milliseconds(idle),
    'event-loop delay p99, process lane flat out': milliseconds(process, AIM),
    'event-loop delay p99, thread lane flat out': milliseconds(thread, AIM),
    'event-loop delay p99, same model on the main thread': milliseconds(main),
  }
}
