import type { Engine, Feed, FetchedTensor, RunOptions } from '../../src/engine'
import { findVariant, type Model, runModel } from '../../src/models'

/** A run of a network, as requested from an engine. */
export interface Call {
  path: string
  feeds: Record<string, Feed>
  outputs: string[]
  options: RunOptions
}

/** How far apart two results are, as fractions of the largest number of the first (at least 1). */
export interface Apart {
  output: string
  most: number
  largest: number
}

/** The last run that a model's bundled variant makes for a message's inputs. */
export async function lastCall(model: Model, inputs: Record<string, unknown>, engine: Engine): Promise<Call> {
  let call: Call | undefined
  const recording: Engine = Object.assign(Object.create(engine) as Engine, {
    // As with a server, nothing stays with the model between two runs: the last one can be repeated on its
    // own.
    load: async (...asked: Parameters<Engine['load']>) => ({ ...(await engine.load(...asked)), device: 'server' }),
    run: (...asked: Parameters<Engine['run']>) => {
      const [path, feeds, fetches, { batch: _, ...options } = {}] = asked
      call = { path, feeds: feeds as Record<string, Feed>, outputs: Object.keys(fetches), options }
      return engine.run(...asked)
    },
  })
  await runModel(model, findVariant(model, 'mini'), inputs, recording)
  if (!call) throw new Error(`${model.label} ran no network.`)
  return call
}

/** Makes the same run on two engines and compares all numbers of all outputs, before anything is rounded. */
export async function compareRuns({ path, feeds, outputs, options }: Call, one: Engine, other: Engine) {
  const fetches = Object.fromEntries(outputs.map((name) => [name, { kind: 'tensor' } as const]))
  const wanted = await one.run(path, feeds, fetches, options)
  const found = await other.run(path, feeds, fetches, options)
  const apart = outputs.map((name) => distance(name, tensor(wanted, name), tensor(found, name)))
  return { apart, device: found.device }
}

function tensor({ outputs }: { outputs: Record<string, unknown> }, name: string): FetchedTensor {
  return outputs[name] as FetchedTensor
}

/** Infinite if the shapes differ or there is nothing to compare; NaN if one of the results contains NaN. */
export function distance(output: string, wanted: FetchedTensor, found: FetchedTensor): Apart {
  const [a, b] = [wanted.data, found.data]
  let [most, largest] = [a.length > 0 && String(wanted.dims) === String(found.dims) ? 0 : Number.POSITIVE_INFINITY, 1]
  for (let i = 0; i < a.length && most < Number.POSITIVE_INFINITY; i++) {
    const difference = Math.abs(Number(a[i]) - Number(b[i]))
    if (!(difference <= most)) most = difference // also if it is NaN
    largest = Math.max(largest, Math.abs(Number(a[i])))
  }
  return { output, most: most / largest, largest }
}
