import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Engine, Feed, ModelInfo, TensorData } from '../../src/engine'

const DATATYPES = { float32: 'FP32', int64: 'INT64', int32: 'INT32', bool: 'BOOL' } as Record<string, string>
const ARRAYS = { FP32: Float32Array, INT64: BigInt64Array, INT32: Int32Array, BOOL: Uint8Array }
export interface ServerOptions {
  /** The name under which it serves the model. Default: `densedepth-mini`. */
  name?: string
  /** Default: any free port. */
  port?: number
  /**
   * Whether it reads and sends numbers as JSON lists, like a server without the binary extension, and lists
   * no such extension.
   */
  json?: boolean
  token?: string
  refuse?: (path: string) => { status: number; body: string } | null
  /** Milliseconds to wait before each run. */
  sleep?: number
  /** Called with each run before the response; may break the connection off. */
  breaks?: (response: ServerResponse) => boolean
  /** Changes how the server describes the model. */
  lies?: (metadata: { inputs: Described[]; outputs: Described[] }) => object
}

interface Described {
  name: string
  datatype: string | undefined
  shape: number[]
}

/**
 * An inference server that follows the public specification (Open Inference Protocol v2, HTTP/REST, with its
 * binary tensor data extension) and runs real models: an ONNX file, or several by the name under which each
 * is served. It shares no code with the client, so a misreading of the specification doesn't go unnoticed.
 */
export async function startInferenceServer(
  behind: Engine,
  served: string | Record<string, string>,
  options: ServerOptions = {},
) {
  const { name = 'densedepth-mini', port = 0 } = options
  const files: Record<string, string> = typeof served === 'string' ? { [name]: served } : served
  const asked: string[] = []
  let underWay = 0
  let most = 0
  const models = new Map<string, ModelInfo & { file: string }>()
  for (const [name, file] of Object.entries(files)) models.set(name, { file, ...(await behind.load(file)) })
  const describe = (list: ModelInfo['inputs']) =>
    list.map(({ name, dtype, shape }) => ({
      name,
      datatype: DATATYPES[dtype],
      shape: shape.map((size) => (typeof size === 'number' ? size : -1)),
    }))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    asked.push(`${request.method} ${path}`)
    const send = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const body = Buffer.concat(await request.toArray())
    if (options.token && request.headers.authorization !== `Bearer ${options.token}`)
      return send(401, { error: 'no such token' })
    const refusal = options.refuse?.(path)
    if (refusal) {
      response.writeHead(refusal.status).end(refusal.body)
      return
    }
    if (path === '/v2' && options.json) return send(200, { name: 'lists', version: '1', extensions: [] })
    if (path === '/v2/health/live') return send(200, { live: true })
    const [, served = '', question] = /^\/v2\/models\/([^/]+)(?:\/(ready|infer))?$/.exec(path) ?? []
    const model = models.get(served)
    if (!model) return send(404, { error: `Request for unknown model: ${path}` })
    if (question === 'ready') return send(200, { name: served, ready: true })
    if (question !== 'infer') {
      const described = { inputs: describe(model.inputs), outputs: describe(model.outputs) }
      return send(200, { name: served, platform: 'onnxruntime_onnx', ...(options.lies?.(described) ?? described) })
    }

    underWay++
    most = Math.max(most, underWay)
    response.once('close', () => underWay--)
    if (options.sleep) await new Promise((resolve) => setTimeout(resolve, options.sleep))
    if (options.breaks?.(response)) return
    const { feeds, outputs } = readRun(request, body)
    const result = await behind.run(
      model.file,
      feeds,
      Object.fromEntries(outputs.map(({ name }: { name: string }) => [name, { kind: 'tensor' }])),
    )
    const tensors = Object.entries(result.outputs) as [string, { dims: number[]; dtype: string; data: TensorData }][]
    const heads = tensors.map(([name, { dims, dtype, data }]) => ({
      name,
      shape: dims,
      datatype: DATATYPES[dtype],
      ...(options.json
        ? { data: Array.from(data as Float32Array, Number) }
        : { parameters: { binary_data_size: data.byteLength } }),
    }))
    const json = Buffer.from(JSON.stringify({ model_name: served, outputs: heads }))
    if (options.json) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(json)
      return
    }
    response.writeHead(200, { 'inference-header-content-length': json.length })
    response.end(
      Buffer.concat([
        json,
        ...tensors.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
      ]),
    )
  }

  function readRun(request: IncomingMessage, body: Buffer) {
    const header = request.headers['inference-header-content-length']
    assert.equal(header === undefined, Boolean(options.json))
    const length = header === undefined ? body.length : Number(header)
    const { inputs, outputs } = JSON.parse(body.subarray(0, length).toString())
    let at = length
    const feeds: Record<string, Feed> = {}
    for (const { name, shape, datatype, parameters, data } of inputs) {
      const Numbers = ARRAYS[datatype as keyof typeof ARRAYS]
      const [dtype = ''] = Object.entries(DATATYPES).find(([, each]) => each === datatype) ?? []
      assert.ok(Numbers && dtype, `datatype ${datatype}`)
      const end = at + (parameters?.binary_data_size ?? 0)
      const listed = Numbers === BigInt64Array ? data?.map(BigInt) : data
      const numbers = options.json ? new Numbers(listed) : new Numbers(new Uint8Array(body.subarray(at, end)).buffer)
      assert.equal(
        numbers.length,
        shape.reduce((product: number, size: number) => product * size, 1),
      )
      at = end
      feeds[name] = { kind: 'tensor', dtype, dims: shape, data: numbers } as Feed
    }
    return { feeds, outputs }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(JSON.stringify({ error: String(error) })))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    /** How many runs it received; `most` is the largest number at the same time. */
    get runs() {
      return asked.filter((path) => path.endsWith('/infer')).length
    },
    get most() {
      return most
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
