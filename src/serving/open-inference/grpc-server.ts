import { GRPC_MISSING, type GrpcCall, type GrpcServer, type Handler, loadGrpc, STATUS } from '../../grpc/load-grpc'
import { type Method, plainParameters, SERVICE, tensorsOf, withTensors } from '../../grpc/open-inference'
import type { Values } from '../../grpc/protobuf-message'
import { type Access, bearer, checkToken } from '../http/access'
import { whyClosed } from '../listener'
import type { PublishedModel } from '../published'
import { asRequestError, RequestError } from '../request-error'
import { inferTensors, metadataOf, PLATFORM } from './infer'
import { sequenceOf } from './sequences'
import { countOf, isDatatype, readElements, type Tensor, writeElements } from './tensor'

interface Served {
  model: PublishedModel
  access: Access
}

interface OwnPort {
  server: GrpcServer
  /** By name. */
  models: Map<string, Served>
  /** Maximum bytes of a request. */
  limit: number
  ready: Promise<void>
}

/** Open ports by `host:port`. Several models may share one, as requests contain a model's name. */
const ports = new Map<string, OwnPort>()

/** Maximum number of simultaneous requests of one connection. */
const MOST_STREAMS = 64

/**
 * Serves clients of the Open Inference Protocol over gRPC, such as Triton's.
 * @param limit maximum bytes of a request
 * @returns a function that removes the model; the port closes with its last model
 * @throws Error whose message is a sentence
 */
export async function serveGrpc(
  model: PublishedModel,
  access: Access,
  { host, port, limit, certificate = null }: Where,
): Promise<() => void> {
  const key = `${host}:${port}`
  const own = ports.get(key) ?? open({ host, port, limit, certificate })
  if (own.models.has(model.name))
    throw new Error(`another "serve in" node already uses the name ${model.name} on the gRPC port ${port}`)
  if (limit > own.limit)
    throw new Error(
      `the gRPC port ${port} was opened by a node with a smaller size limit: choose another port, or the same limit`,
    )
  ports.set(key, own)
  own.models.set(model.name, { model, access })
  const leave = () => {
    own.models.delete(model.name)
    if (own.models.size > 0) return
    if (ports.get(key) === own) ports.delete(key)
    own.server.forceShutdown()
  }
  try {
    await own.ready
  } catch (error) {
    leave()
    throw error
  }
  return leave
}

interface Where {
  host: string
  port: number
  limit: number
  certificate?: { key: Buffer; cert: Buffer } | null
}

/** @throws Error if the package for gRPC is not installed */
function open({ host, port, limit, certificate }: Where): OwnPort {
  const grpc = loadGrpc()
  if (!grpc) throw new Error(`gRPC ${GRPC_MISSING}`)
  const server = new grpc.Server({
    'grpc.max_receive_message_length': limit,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': MOST_STREAMS,
  })
  const models: OwnPort['models'] = new Map()
  server.addService(SERVICE, handlersFor(models))
  const credentials = certificate
    ? grpc.ServerCredentials.createSsl(null, [{ private_key: certificate.key, cert_chain: certificate.cert }])
    : grpc.ServerCredentials.createInsecure()
  const ready = new Promise<void>((resolve, reject) => {
    server.bindAsync(`${host.includes(':') ? `[${host}]` : host}:${port}`, credentials, (error) => {
      if (error) reject(new Error(whyNotBound(error, host, port)))
      else resolve()
    })
  })
  ready.catch(() => {})
  return { server, models, limit, ready }
}

/** The package reports the system's error only in words. */
function whyNotBound({ message }: Error, host: string, port: number): string {
  const [code = ''] = /\bE[A-Z]{4,}\b/.exec(message) ?? []
  return whyClosed({ name: '', message, code }, host, port)
}

function handlersFor(models: OwnPort['models']): Record<Method, Handler> {
  const find = ({ request, metadata }: GrpcCall, key: 'name' | 'model_name') => {
    const name = String(request[key] ?? '')
    const served = models.get(name)
    const token = bearer({ authorization: String(metadata.get('authorization')[0] ?? '') })
    if (served) checkToken(token, served.access)
    else throw new RequestError(404, `There is no model ${JSON.stringify(name.slice(0, 60))} on this port`)
    return served.model
  }
  return {
    ServerLive: answering(async () => ({ live: true })),
    ServerReady: answering(async () => ({ ready: true })),
    ModelReady: answering(async (call) => ({ ready: Boolean(find(call, 'name')) })),
    ServerMetadata: answering(async () => ({ name: PLATFORM, version: '2', extensions: ['model_repository'] })),
    ModelMetadata: answering(async (call) => {
      const { inputs, outputs, ...about } = metadataOf(find(call, 'name'))
      return {
        ...about,
        inputs: withTensors(inputs.map(asRaw), 'inputs').inputs,
        outputs: withTensors(outputs.map(asRaw), 'outputs').outputs,
      }
    }),
    RepositoryIndex: answering(async () => ({
      models: [...models.keys()].map((name) => ({ name, version: '1', state: 'READY' })),
    })),
    ModelInfer: answering(async (call) => {
      const model = find(call, 'model_name')
      model.admit()
      const { request } = call
      const gone = new AbortController()
      call.on('cancelled', () => gone.abort())
      const wishes = new Map(
        (request.outputs as Values[]).map(({ name, parameters }) => [
          String(name),
          plainParameters(parameters as Record<string, Values>),
        ]),
      )
      const tensors = await inferTensors(model, () => tensorsOf(request, 'inputs').map(readTensor), wishes, {
        signal: gone.signal,
        continues: sequenceOf(model, plainParameters(request.parameters as Record<string, Values>)),
      })
      const raw = tensors.map((tensor) => ({ ...tensor, bytes: writeElements(tensor) }))
      return {
        model_name: model.name,
        model_version: '1',
        id: request.id,
        ...withTensors(
          raw.map(({ name, datatype, shape, parameters, bytes }) => ({ name, datatype, shape, parameters, bytes })),
          'outputs',
        ),
      }
    }),
  }
}

const asRaw = (info: ReturnType<typeof metadataOf>['inputs'][number]) => ({ ...info, bytes: undefined })

/** @throws RequestError */
function readTensor({ name, datatype, shape, parameters, bytes }: ReturnType<typeof tensorsOf>[number]): Tensor {
  const called = name.slice(0, 100)
  if (!isDatatype(datatype))
    throw new RequestError(400, `${called}: the datatype ${JSON.stringify(datatype.slice(0, 40))} isn't supported`)
  const count = countOf(shape, called)
  if (!bytes) throw new RequestError(400, `${called} has no contents`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    name,
    datatype,
    shape,
    ...(parameters && { parameters }),
    data: readElements(buffer, datatype, count, called),
  }
}

function answering(answer: (call: GrpcCall) => Promise<Values>): Handler {
  return (call, done) => {
    answer(call).then(
      (values) => done(null, values),
      (error: unknown) => {
        const { status, message } = asRequestError(error)
        done({ code: CODES[status] ?? STATUS.internal, details: message })
      },
    )
  }
}

/** HTTP status → gRPC status. */
const CODES: Record<number, number> = {
  400: STATUS.invalid,
  401: STATUS.unauthenticated,
  403: STATUS.denied,
  404: STATUS.notFound,
  413: STATUS.exhausted,
  499: STATUS.cancelled,
  503: STATUS.unavailable,
  504: STATUS.late,
}
