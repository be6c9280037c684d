import { readBody } from '../http/body'
import { type Exchange, onlyBy, reply } from '../http/exchange'
import { send } from '../http/reply'
import { RequestError } from '../request-error'
import { inferTensors, metadataOf, PLATFORM } from './infer'
import { isRecord, readMessage, writeMessage } from './message'
import { sequenceOf } from './sequences'

/** The Open Inference Protocol, version 2, as supported by KServe, Triton and others. */
export async function answerInference(exchange: Exchange): Promise<boolean> {
  const { path, model } = exchange
  if (path !== '/v2' && !path.startsWith('/v2/')) return false
  const steps = path
    .split('/')
    .slice(2)
    .filter((step) => step !== '')
  const [area, name, ...rest] = steps
  if (area === undefined) {
    return reply(exchange, { name: PLATFORM, version: '2', extensions: ['binary_tensor_data'] })
  }
  if (area === 'health' && (name === 'live' || name === 'ready')) return reply(exchange, { [name]: true })
  if (area === 'repository' && name === 'index') {
    // Reads the body first: if unread data remains when the connection closes, the response is lost too.
    await readBody(exchange.request, exchange.limits)
    return reply(exchange, [{ name: model.name, version: '1', state: 'READY' }])
  }
  if (area !== 'models' || name === undefined) return false
  if (safeDecode(name) !== model.name)
    throw new RequestError(404, `The model here is called ${JSON.stringify(model.name)}`)
  const action = (rest[0] === 'versions' ? rest.slice(2) : rest).join('/')
  switch (action) {
    case '':
      onlyBy('GET', exchange)
      return reply(exchange, metadataOf(model))
    case 'ready':
      onlyBy('GET', exchange)
      return reply(exchange, { name: model.name, ready: true })
    case 'infer':
      onlyBy('POST', exchange)
      return infer(exchange)
    default:
      return false
  }
}

async function infer(exchange: Exchange): Promise<true> {
  const { request, response, model, limits, headers, signal } = exchange
  const length = request.headers['inference-header-content-length']?.toString()
  model.admit()
  const { json, tensors } = readMessage(await readBody(request, limits), length, 'inputs')
  const asked = wishesIn(json)
  const message = {
    json: { model_name: model.name, model_version: '1', ...(typeof json.id === 'string' && { id: json.id }) },
    tensors: await inferTensors(model, () => tensors, asked, {
      signal,
      continues: sequenceOf(model, json.parameters),
    }),
  }
  const all = isRecord(json.parameters) && json.parameters.binary_data_output === true
  const { body, jsonLength } = await writeMessage(
    message,
    'outputs',
    ({ name }) => asked.get(name)?.binary_data === true || (asked.get(name)?.binary_data === undefined && all),
  )
  const isBinary = jsonLength !== null
  send(response, 200, body, {
    ...headers,
    'Content-Type': isBinary ? 'application/octet-stream' : 'application/json; charset=utf-8',
    ...(isBinary && { 'Inference-Header-Content-Length': String(jsonLength) }),
  })
  return true
}

/** The requested outputs and their parameters. */
function wishesIn(json: Record<string, unknown>): Map<string, Record<string, unknown>> {
  const listed = Array.isArray(json.outputs) ? json.outputs.slice(0, 64) : []
  return new Map(
    listed.flatMap((output: unknown) => {
      if (!isRecord(output) || typeof output.name !== 'string') return []
      return [[output.name, isRecord(output.parameters) ? output.parameters : {}] as const]
    }),
  )
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
