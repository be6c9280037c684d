/** Four messages in one run of a model over four runs, on the CPU: why waiting runs are not put together. */
import { availableParallelism } from 'node:os'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { findVariant, isPresent, loadManifests, modelPath } from '../src/models'
import { normals } from '../src/random'
import { type Bench, type Figure, interleaved } from './figure'

const TOGETHER = 4
const SIDE = 128
const ROUNDS = 15

export const bench: Bench = async () => {
  const figures: Record<string, Figure> = {}
  for (const model of loadManifests()) {
    const variant = findVariant(model)
    // A text is made token by token.
    if (model.task === 'generate' || !isPresent(model, variant)) continue
    const session = await InferenceSession.create(modelPath(model, variant), {
      executionProviders: ['cpu'],
      intraOpNumThreads: Math.min(4, availableParallelism()),
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
    const [one, all] = [feeds(session, 1), feeds(session, TOGETHER)]
    const times = await interleaved(
      {
        apart: async () => {
          for (let i = 0; i < TOGETHER; i++) await session.run(one)
        },
        together: () => session.run(all),
      },
      { rounds: ROUNDS, warmUp: 2 },
    )
    figures[`batching: ${model.label}, ${TOGETHER} in one run over ${TOGETHER} runs`] = {
      value: times.together / times.apart,
      unit: '×',
      better: 'lower',
    }
    await session.release()
  }
  return figures
}

/** Noise, or tokens, for so many messages. */
function feeds(session: InferenceSession, count: number): Record<string, Tensor> {
  return Object.fromEntries(
    session.inputMetadata.map((input) => {
      if (!input.isTensor) throw new Error(`${input.name} is no tensor.`)
      const dims = input.shape.map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? count : SIDE))
      const length = dims.reduce((a, b) => a * b, 1)
      const tensor =
        input.type === 'int64'
          ? new Tensor('int64', new BigInt64Array(length).fill(5n), dims)
          : new Tensor('float32', Float32Array.from(normals(1, length)), dims)
      return [input.name, tensor]
    }),
  )
}
