import { basename, dirname } from 'node:path'
import { EngineError } from '../error'
import type { InferenceServer } from '../types'
import { decodeAnswer, encodeRequest, type Metadata, metadataOf, type WireTensor } from './open-inference-codec'

/** What is used of a session, whether it is ONNX Runtime's or a server's. */
export interface ServedSession {
  readonly inputMetadata: Metadata[]
  readonly outputMetadata: Metadata[]
  run(tensors: Record<string, WireTensor>, names: readonly string[]): Promise<Record<string, WireTensor>>
  release(): Promise<void>
}

/** Milliseconds for a question about a model. A run has the engine's time limit. */
const DESCRIPTION_TIMEOUT_MS = 10_000

/**
 * A model of a server that speaks the Open Inference Protocol v2 (NVIDIA Triton, KServe, OpenVINO Model Server, MLServer).
 * Tensors go as bytes behind the JSON (the protocol's binary extension). Where an address does not answer, or says that it
 * is not ready, the next one is asked.
 *
 * @param file of the model here: its name says what the server calls it
 * @throws EngineError `server`, with what the server says
 */
export async function openServed(file: string, server: InferenceServer): Promise<ServedSession> {
  const name = servedName(file, server.model)
  const model = `/v2/models/${encodeURIComponent(name)}`
  const ask = createAsker(server)
  // Where it is ready it is described; an address at which it is still loading is passed over.
  await ask(`${model}/ready`, {}, name)
  const answer = await ask(model, {}, name)
  const { inputs, outputs } = metadataOf(await jsonOf(answer), name)
  return {
    inputMetadata: inputs,
    outputMetadata: outputs,
    async run(tensors, names) {
      const { body, jsonLength } = encodeRequest(tensors, names)
      const headers = {
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(jsonLength),
      }
      const answer = await ask(`${model}/infer`, { method: 'POST', headers, body }, name)
      const length = answer.headers.get('inference-header-content-length')
      return decodeAnswer(Buffer.from(await answer.arrayBuffer()), length, name)
    },
    release: async () => {}, // others may be using it there
  }
}

/** `{folder}` and `{file}` are those of the model here: `densedepth` and `mini`. */
export function servedName(file: string, pattern = '{folder}-{file}'): string {
  return pattern
    .replaceAll('{folder}', basename(dirname(file)))
    .replaceAll('{file}', basename(file).replace(/\.onnx$/i, ''))
}

function createAsker({ addresses, token }: InferenceServer) {
  /** The address that answered last goes first. */
  let first = 0

  return async function ask(path: string, request: RequestInit, name: string): Promise<Response> {
    const refusals: string[] = []
    for (let i = 0; i < addresses.length; i++) {
      const index = (first + i) % addresses.length
      const address = (addresses[index] as string).replace(/\/+$/, '')
      const answer = await fetch(address + path, {
        ...request,
        headers: { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) },
        ...(request.method ? {} : { signal: AbortSignal.timeout(DESCRIPTION_TIMEOUT_MS) }),
      }).catch((error: Error) => `${address} does not answer (${causeOf(error)})`)
      if (typeof answer === 'string') {
        refusals.push(answer)
      } else if (answer.ok) {
        first = index
        return answer
      } else {
        const said = await wordsOf(answer)
        refusals.push(`${address} says ${said}`)
        // Servers call a model that they do not have, or not yet, by several names; a run would be refused everywhere.
        const isRun = request.method !== undefined
        if (isRun && answer.status < 500 && answer.status !== 429 && answer.status !== 404) break
      }
    }
    throw new EngineError(
      'server',
      `The model ${name} could not be run on the inference server: ${refusals.join('; ')}. Check the addresses, the token and the model's name in the engine's settings.`,
    )
  }
}

/** What a server says of itself or of an error is short; anything longer is none of it. */
const LONGEST = 4 * 2 ** 20

async function jsonOf(answer: Response): Promise<unknown> {
  try {
    return JSON.parse(await textOf(answer, LONGEST))
  } catch {
    return null
  }
}

/** The text up to so many bytes; the rest is not waited for. */
async function textOf(answer: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part)
    length += part.length
    if (length >= most) break
  }
  return Buffer.concat(parts).subarray(0, most).toString()
}

/** The protocol's errors are `{"error": "…"}`. */
async function wordsOf(answer: Response): Promise<string> {
  const text = (await textOf(answer, 4000).catch(() => '')).slice(0, 500)
  try {
    const { error } = JSON.parse(text) as { error?: unknown }
    if (typeof error === 'string') return `${answer.status}: ${error}`
  } catch {
    // Not JSON: a proxy's page, perhaps.
  }
  return `${answer.status} ${answer.statusText}`.trim()
}

function causeOf(error: Error): string {
  const { cause } = error as { cause?: { code?: string; message?: string } }
  return error.name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? error.message)
}
