import type { run } from '../run'
import { RunError } from '../run'
import { dataOf } from './given'
import { shown } from './made'
import type { CompiledPage } from './model'

/** The subset of ONNX Runtime Web's API used here. */
interface Runtime {
  env: { wasm: { numThreads: number } }
  Tensor: new (element: string, data: Uint8Array | Uint16Array | Float32Array, shape: number[]) => unknown
  InferenceSession: {
    create(file: string, options: object): Promise<{ run(feeds: object): Promise<Record<string, { data: never }>> }>
  }
}

/** Runs the compiled chain in this browser. The model starts loading with the page. */
export function createRun({ file, weights, inputs, outputs }: CompiledPage['model']): typeof run {
  const beside = (name: string) => new URL(name, document.baseURI).href
  const load = async () => {
    const runtime = (await import(beside('ort.js'))) as Runtime
    // WebAssembly threads need cross-origin isolation headers, which few static servers send.
    if (!crossOriginIsolated) runtime.env.wasm.numThreads = 1
    const externalData = weights.map((path) => ({ path, data: beside(path) }))
    return { runtime, session: await runtime.InferenceSession.create(beside(file), { externalData }) }
  }
  let loading = load()
  loading.catch(() => {}) // the next run reports the error

  return async (values, _links, signal, on) => {
    on.place(0, 0)
    const { runtime, session } = await loading.catch((error) => {
      loading = load()
      loading.catch(() => {})
      throw new RunError(String((error as Error).message))
    })
    const feeds = await Promise.all(
      inputs.map(async (port) => {
        const given = await dataOf(port, values.get(port.name))
        return [port.name, new runtime.Tensor(port.element, given, port.shape)]
      }),
    )
    signal.throwIfAborted()
    const start = performance.now()
    const made = await session.run(Object.fromEntries(feeds))
    const ms = performance.now() - start
    signal.throwIfAborted()
    return {
      outputs: Object.fromEntries(outputs.map((port) => [port.name, shown(port, made[port.name]?.data ?? [])])),
      ms,
    }
  }
}
