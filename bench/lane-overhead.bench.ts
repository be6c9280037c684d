/**
 * What a lane adds to a run: engine.run with an RGB picture in and out, over the same preparation,
 * session.run and picture on this thread.
 */
import { InferenceSession } from 'onnxruntime-node'
import { createEngine, type PixelFeed, type TensorInfo } from '../src/engine'
import { pack } from '../src/engine/lane/pack'
import { type OutputTensor, unpack } from '../src/engine/lane/unpack'
import { type Bench, type Figure, interleaved, milliseconds } from './figure'
import { NEGATIVE, PICTURE_OUT, picture } from './models'

const SIZES = [
  { name: '128×128', width: 128, height: 128, rounds: 200, process: 1, thread: 0.5 },
  { name: '512×512', width: 512, height: 512, rounds: 100, process: 1, thread: 0.5 },
  { name: '1920×1080', width: 1920, height: 1080, rounds: 40, process: 8, thread: 2 },
]

export const bench: Bench = async () => {
  const figures: Record<string, Figure> = {}
  const lanes = {
    process: createEngine({ device: 'cpu' }),
    thread: createEngine({ device: 'cpu', isolation: 'thread' }),
  }
  const session = await InferenceSession.create(NEGATIVE, { executionProviders: ['cpu'], intraOpNumThreads: 1 })
  const input: TensorInfo = { name: 'image', dtype: 'float32', shape: [1, 3, 'height', 'width'] }

  for (const { name, width, height, rounds, ...aims } of SIZES) {
    const image: PixelFeed = picture(width, height)
    const times = await interleaved(
      {
        bare: async () => {
          const { negative } = await session.run({ image: pack(image, input) as never })
          unpack('negative', negative as unknown as OutputTensor, PICTURE_OUT)
        },
        process: () => lanes.process.run(NEGATIVE, { image }, { negative: PICTURE_OUT }),
        thread: () => lanes.thread.run(NEGATIVE, { image }, { negative: PICTURE_OUT }),
      },
      { rounds },
    )
    figures[`run without a lane, ${name}`] = milliseconds(times.bare)
    for (const kind of ['process', 'thread'] as const)
      figures[`${kind} lane adds, ${name} RGB in and out`] = milliseconds(times[kind] - times.bare, aims[kind])
  }
  await Promise.all([lanes.process.close(), lanes.thread.close()])
  return figures
}
