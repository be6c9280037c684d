import { basename, dirname } from 'node:path'
import { withBytes } from '../../onnx/bytes'
import { readSignature } from '../../onnx/signature'
import { EngineError } from '../error'
import type { LaneServer } from '../protocol'
import { checkTensors, unlikeFile } from './open-inference-check'
import { type Metadata, metadataOf, type WireTensor } from './open-inference-codec'
import { isGrpc, overGrpc } from './open-inference-grpc'
import { overHttp } from './open-inference-http'
import type { ServerWay } from './server-way'

/** The part of a session that is used here, whether ONNX Runtime's or a server's. */
export interface ServedSession {
  readonly inputMetadata: Metadata[]
  readonly outputMetadata: Metadata[]
  run(tensors: Record<string, WireTensor>, names: readonly string[]): Promise<Record<string, WireTensor>>
  release(): Promise<void>
}

/** Milliseconds between two checks that a server is alive during a run, if there are other servers. */
const LOOK_EVERY = 2000
/** After this many failed checks in a row, the run goes to another server. */
const MISSED = 3

/**
 * A model on a server that speaks the Open Inference Protocol v2 (NVIDIA Triton, KServe, OpenVINO Model
 * Server, MLServer).
 * @param file the model here, from which the server's name for it is derived
 * @throws EngineError as a `ServerWay` does
 */
export async function openServed(file: string, server: LaneServer): Promise<ServedSession> {
  const name = servedName(file, server.model)
  const { address } = server
  const way = isGrpc(address) ? overGrpc(server) : overHttp(server)
  const { inputs, outputs } = await describe().catch((error) => {
    way.close()
    throw error
  })
  return {
    inputMetadata: inputs,
    outputMetadata: outputs,
    async run(tensors, names) {
      const gone = new AbortController()
      const stop = server.hasOthers ? watch(way, gone) : () => {}
      try {
        const made = await way.infer(name, tensors, names, gone.signal)
        checkTensors(made, names, outputs, address)
        return made
      } finally {
        stop()
      }
    },
    release: async () => way.close(), // not unloaded there: others may be using it
  }

  async function describe() {
    // Only a model that is ready can be described. One that is still loading counts as unavailable.
    await way.ready(name)
    const described = metadataOf(await way.describe(name), address)
    const unlike = unlikeFile(signatureOf(file), described)
    if (unlike) throw new EngineError('server-away', `${address} has a different model of this name: ${unlike}`)
    return described
  }
}

/**
 * Ends a run if its server no longer responds, for example after a power cut.
 * @returns a function that stops watching
 */
export function watch(way: Pick<ServerWay, 'isAlive'>, gone: AbortController, every = LOOK_EVERY): () => void {
  let missed = 0
  let isOver = false
  let timer: NodeJS.Timeout
  const look = () => {
    timer = setTimeout(async () => {
      missed = (await way.isAlive()) ? 0 : missed + 1
      if (missed >= MISSED) gone.abort()
      else if (!isOver) look()
    }, every)
  }
  look()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

/**
 * The server's name for a model. `{folder}` and `{file}` are those of the file here: `densedepth` and `mini`.
 */
export function servedName(file: string, pattern = '{folder}-{file}'): string {
  return pattern
    .replaceAll('{folder}', basename(dirname(file)))
    .replaceAll('{file}', basename(file).replace(/\.onnx$/i, ''))
}

/** The inputs and outputs of the file here; null if it isn't an ONNX file. */
function signatureOf(file: string) {
  try {
    return withBytes(file, readSignature)
  } catch {
    return null
  }
}
