import { createThreads } from '../../src/apart/threads'
import type { DataType, Feed, Fetch, FetchedTensor, ModelInfo, TensorData, TensorInfo } from '../../src/engine'
import { pack, type Tensor } from '../../src/engine/lane/pack'
import { unpack } from '../../src/engine/lane/unpack'
import { findVariant, loadManifests, type Model, modelPath } from '../../src/models'
import { runSteps } from '../../src/models/steps/run-steps'
import { tokenizerApart } from '../../src/models/text/tokenizer-apart'

const threads = createThreads()

/** A tensor that stands for a network's output. */
export interface Given {
  dims: number[]
  data: TensorData
}

export function floats(dims: number[], value: (i: number) => number): Given {
  const length = dims.reduce((a, b) => a * b, 1)
  return { dims, data: Float32Array.from({ length }, (_, i) => value(i)) }
}

/**
 * Runs a catalogue variant without its weights: packs its inputs as the lane does, calls `network`, and
 * unpacks the result as the lane does.
 * @param network also gets the name of the file to run, if it isn't the main one
 * @param dtypes of inputs that aren't float32
 * @param described the file's inputs, for tasks that request them
 */
export async function simulate(
  id: string,
  inputs: Record<string, unknown>,
  network: (tensors: Record<string, Tensor>, file?: string) => Record<string, Given>,
  dtypes: Record<string, DataType> = {},
  described: TensorInfo[] = [],
): Promise<{ outputs: Record<string, unknown>; tensors: Record<string, Tensor> }> {
  const [modelId, variantId] = id.split('/')
  const model = loadManifests().find((each) => each.id === modelId) as Model
  const variant = findVariant(model, variantId)
  const tensors: Record<string, Tensor> = {}
  const outputs = await runSteps({
    model,
    variant,
    inputs,
    state: new Map<string, FetchedTensor>(),
    results: new Map(),
    tokenizer: (file) =>
      tokenizerApart({ apart: (task) => threads.run(task, { timeLimit: 60_000 }) }, modelPath(model, variant, file)),
    describe: async () => ({ inputs: described }) as ModelInfo,
    async run<F extends Record<string, Fetch>>(feeds: Record<string, Feed>, fetches: F, file?: string) {
      for (const [name, feed] of Object.entries(feeds))
        tensors[name] = pack(feed, { name, dtype: dtypes[name] ?? 'float32', shape: [] })
      const given = network(tensors, file)
      const made = Object.entries(fetches).map(([name, fetch]) => {
        const tensor = given[name]
        if (!tensor) throw new Error(`The network gives no "${name}".`)
        return [name, unpack(name, { type: typeOf(tensor.data), ...tensor }, fetch)]
      })
      return Object.fromEntries(made)
    },
    runOn() {
      throw new Error('A network that only a test knows runs in no lane.')
    },
  })
  return { outputs, tensors }
}

function typeOf(data: TensorData): DataType {
  return data instanceof BigInt64Array ? 'int64' : data instanceof Uint16Array ? 'float16' : 'float32'
}
