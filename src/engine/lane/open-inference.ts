import { basename, dirname } from 'node:path'
import { withBytes } from '../../onnx/bytes'
import { readSignature } from '../../onnx/signature'
import { EngineError } from '../error'
import type { LaneServer } from '../protocol'
import { checkTensors, unlikeFile } from './open-inference-check'
import { type Metadata, metadataOf, type WireTensor } from './open-inference-codec'
import { isGrpc, overGrpc } from './open-inference-grpc'
import { overHttp } from './open-inference-http'

/** The part of a session that is used here, whether ONNX Runtime's or a server's. */
export interface ServedSession {
  readonly inputMetadata: Metadata[]
  readonly outputMetadata: Metadata[]
  run(tensors: Record<string, WireTensor>, names: readonly string[]): Promise<Record<string, WireTensor>>
  release(): Promise<void>
}

/**
 * A way to a server that speaks the Open Inference Protocol v2. Errors are EngineErrors: `server-away` if another
 * server may answer, `server` if each would refuse. Their messages are clauses that begin with the address.
 */
export interface ServerWay {
  /** Whether it responds at all. */
  isAlive(): Promise<boolean>
  ready(model: string): Promise<void>
  /** The inputs and outputs of a model, as the server lists them. */
  describe(model: string): Promise<unknown>
  infer(
    model: string,
    tensors: Record<string, WireTensor>,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<Record<string, WireTensor>>
  close(): void
}

/** How often to check that a server working on a run is alive, if there are others, in milliseconds. */
const LOOK_EVERY = 2000
/** After this many checks in a row without an answer, the run goes to another server. */
const MISSED = 3

/**
 * A model of a server that speaks the Open Inference Protocol v2 (NVIDIA Triton, KServe, OpenVINO Model
 * Server, MLServer).
 * @param file of the model here: the server's name for it is derived from its name
 * @throws EngineError as a `ServerWay`
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
    release: async () => way.close(), // others may be using it there
  }

  async function describe() {
    // A model that is ready is described; one that is still loading is skipped.
    await way.ready(name)
    const described = metadataOf(await way.describe(name), address)
    const unlike = unlikeFile(signatureOf(file), described)
    if (unlike) throw new EngineError('server-away', `${address} has a different model of this name: ${unlike}`)
    return described
  }
}

/** Ends a run on a server that no longer responds, for example after losing power. @returns how to stop */
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

/** `{folder}` and `{file}` are those of the model here: `densedepth` and `mini`. */
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
