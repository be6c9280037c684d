import { GRPC_MISSING, type GrpcError, loadGrpc, STATUS } from '../../grpc/load-grpc'
import { type Method, SERVICE, tensorsOf, withTensors } from '../../grpc/open-inference'
import type { Values } from '../../grpc/protobuf-message'
import { EngineError } from '../error'
import type { LaneServer } from '../protocol'
import { rawTensor, tensorFrom } from './open-inference-codec'
import type { ServerWay } from './server-way'

/** Time limit in ms for requests about a model. Runs have the engine's time limit. */
const QUESTION_LIMIT = 10_000
const ALIVE_LIMIT = 2000

/** Errors that any other server would return too. */
const FINAL: ReadonlySet<number> = new Set([STATUS.invalid, STATUS.denied, STATUS.exhausted, STATUS.unauthenticated])

export const isGrpc = (address: string): boolean => /^grpcs?:/i.test(address)

/** The protocol over gRPC. @throws EngineError `runtime-missing` if the package for it is not installed */
export function overGrpc({ address, token }: LaneServer): ServerWay {
  const grpc = loadGrpc()
  // Without the package the lane ends, and the next one looks for it again.
  if (!grpc) throw new EngineError('runtime-missing', `The inference server ${address} ${GRPC_MISSING}.`)
  const { Metadata } = grpc
  const { protocol, host } = new URL(address)
  const isSecure = protocol === 'grpcs:'
  const client = new grpc.Client(
    host.includes(':') ? host : `${host}:${isSecure ? 443 : 8001}`,
    isSecure ? grpc.credentials.createSsl() : grpc.credentials.createInsecure(),
    // Pictures are larger than the default limit of 4 MB. A broken connection is re-established at once.
    { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1, 'grpc.use_local_subchannel_pool': 1 },
  )

  function ask(method: Method, request: Values, limit?: number, signal?: AbortSignal): Promise<Values> {
    const metadata = new Metadata()
    if (token) metadata.set('authorization', `Bearer ${token}`)
    const { path, requestSerialize, responseDeserialize } = SERVICE[method]
    return new Promise((resolve, reject) => {
      let isLate = false
      // gRPC's own deadline is a time of day, so changing the clock would affect it.
      const timer = limit === undefined ? undefined : setTimeout(giveUp, limit)
      const call = client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        {},
        (error, response) => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', cancel)
          if (!error) resolve(response ?? {})
          else reject(isLate ? Object.assign(error, { code: STATUS.late, details: `not within ${limit} ms` }) : error)
        },
      )
      const cancel = () => call.cancel()
      function giveUp() {
        isLate = true
        cancel()
      }
      signal?.addEventListener('abort', cancel)
    })
  }

  async function asked(...[method, request, limit, signal]: Parameters<typeof ask>): Promise<Values> {
    try {
      return await ask(method, request, limit, signal)
    } catch (error) {
      const { code, details } = error as GrpcError
      const said = code === STATUS.unavailable || code === STATUS.late ? 'does not answer' : `says ${code}`
      const isFinal = method === 'ModelInfer' && FINAL.has(code)
      const why = signal?.aborted ? 'no longer responds, not even to a health check' : `${said} (${details})`
      throw new EngineError(isFinal ? 'server' : 'server-away', `${address} ${why}`)
    }
  }

  return {
    async isAlive() {
      try {
        await ask('ServerLive', {}, ALIVE_LIMIT)
        return true
      } catch (error) {
        const { code } = error as GrpcError
        return code !== STATUS.unavailable && code !== STATUS.late
      }
    },
    async ready(name) {
      const { ready } = await asked('ModelReady', { name }, QUESTION_LIMIT)
      if (ready !== true) throw new EngineError('server-away', `${address} says that ${name} is not ready`)
    },
    describe: (name) => asked('ModelMetadata', { name }, QUESTION_LIMIT),
    async infer(name, tensors, names, signal) {
      const request = { model_name: name, outputs: names.map((output) => ({ name: output })) }
      const raw = Object.entries(tensors).map(([input, tensor]) => rawTensor(input, tensor))
      const answer = await asked('ModelInfer', { ...request, ...withTensors(raw, 'inputs') }, undefined, signal)
      return Object.fromEntries(
        tensorsOf(answer, 'outputs').map((output) => [
          output.name,
          tensorFrom({ ...output, numbers: output.bytes }, address),
        ]),
      )
    },
    close: () => client.close(),
  }
}
