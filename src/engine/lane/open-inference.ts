import { basename, dirname } from 'node:path'
import { withBytes } from '../../onnx/bytes'
import { readSignature } from '../../onnx/signature'
import { EngineError } from '../error'
import type { LaneServer } from '../protocol'
import { checkTensors, unlikeFile } from './open-inference-check'
import { type Metadata, metadataOf, type WireTensor } from './open-inference-codec'
import { isGrpc, overGrpc } from './open-inference-grpc'
import { overHttp } from './open-inference-http'

/** What is used of a session, whether it is ONNX Runtime's or a server's. */
export interface ServedSession {
  readonly inputMetadata: Metadata[]
  readonly outputMetadata: Metadata[]
  run(tensors: Record<string, WireTensor>, names: readonly string[]): Promise<Record<string, WireTensor>>
  release(): Promise<void>
}

/**
 * A way to a server that speaks the Open Inference Protocol v2. Errors are EngineErrors: `server-away` where another server may
 * answer, `server` where each would refuse. Their messages are clauses that begin with the address.
 */
export interface ServerWay {
  /** Whether it answers at all. */
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

/** How often it is looked whether a server that works on a run is alive, where there are others, in milliseconds. */
const LOOK_EVERY = 2000
/** This many times in a row without an answer, and the run goes to another one. */
const MISSED = 3

/**
 * A model of a server that speaks the Open Inference Protocol v2 (NVIDIA Triton, KServe, OpenVINO Model Server, MLServer).
 *
 * @param file of the model here: its name says what the server calls it
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
    // Where it is ready it is described; one that is still loading is passed over.
    await way.ready(name)
    const described = metadataOf(await way.describe(name), address)
    const unlike = unlikeFile(signatureOf(file), described)
    if (unlike) throw new EngineError('server-away', `${address} has a different model of this name: ${unlike}`)
    return described
  }
}

/** Ends a run on a server that doesn't answer any more, as one that lost its power does not. @returns how to stop */
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

/** What the file here takes and returns; null if it isn't an ONNX file. */
function signatureOf(file: string) {
  try {
    return withBytes(file, readSignature)
  } catch {
    return null
  }
}
