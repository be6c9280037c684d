/** How late timers fire on this thread (in real use, Node-RED's) while a model runs flat out on all cores. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createEngine } from '../src/engine'
import { type Bench, delayDuring, milliseconds } from './figure'
import { FILTER, PICTURE_OUT, picture } from './models'

const FLAT_OUT = 5000
const AIM = 5

export const bench: Bench = async () => {
  const image = picture(512, 512)
  const idle = await delayDuring(() => new Promise((resolve) => setTimeout(resolve, 60)), FLAT_OUT)

  const inLane = async (isolation: 'process' | 'thread') => {
    const engine = createEngine({ isolation, device: 'cpu' })
    const p99 = await delayDuring(() => engine.run(FILTER, { image }, { filtered: PICTURE_OUT }), FLAT_OUT)
    await engine.close()
    return p99
  }
  const process = await inLane('process')
  const thread = await inLane('thread')

  const session = await InferenceSession.create(FILTER, { executionProviders: ['cpu'] })
  const tensor = new Tensor('float32', new Float32Array(3 * 512 * 512), [1, 3, 512, 512])
  const main = await delayDuring(() => session.run({ image: tensor }), FLAT_OUT)

  return {
    'event-loop delay p99, idle': milliseconds(idle),
    'event-loop delay p99, process lane flat out': milliseconds(process, AIM),
    'event-loop delay p99, thread lane flat out': milliseconds(thread, AIM),
    'event-loop delay p99, same model on the main thread': milliseconds(main),
  }
}
