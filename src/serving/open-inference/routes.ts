import { readBody } from '../http/body'
import { type Exchange, onlyBy, reply } from '../http/exchange'
import { send } from '../http/reply'
import { checkNames, type PublishedModel } from '../published'
import { RequestError } from '../request-error'
import { isRecord, readMessage, writeMessage } from './message'
import type { Tensor } from './tensor'
import { fromTensor, tensorInfo, toTensor } from './values'

/** What this server calls itself; our own client asks it for more than others can give. */
export const PLATFORM = 'daisychain'

/** The Open Inference Protocol, version 2, as KServe, Triton and others speak it. */
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
  if (area === 'repository' && name === 'index')
    return reply(exchange, [{ name: model.name, version: '1', state: 'READY' }])
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

function metadataOf(model: PublishedModel) {
  const { inputs, outputs } = model.fields()
  return {
    name: model.name,
    versions: ['1'],
    platform: PLATFORM,
    inputs: inputs.map(tensorInfo),
    outputs: outputs.map(tensorInfo),
  }
}

async function infer(exchange: Exchange): Promise<true> {
  const { request, response, model, limits, headers, signal } = exchange
  const length = request.headers['inference-header-content-length']?.toString()
  model.admit()
  const { json, tensors } = readMessage(await readBody(request, limits), length, 'inputs')
  const { outputs } = await model.query(() => readTensors(model, tensors), { signal })

  const asked = wishesIn(json)
  const names = asked.size > 0 ? [...asked.keys()] : Object.keys(outputs)
  const fields = model.fields().outputs
  const answers = names.map(async (name) => {
    if (!Object.hasOwn(outputs, name))
      throw new RequestError(400, `There is no output ${JSON.stringify(name.slice(0, 60))}`)
    const type = fields.find((field) => field.name === name)?.type ?? { type: 'any' as const }
    return toTensor(name, type, outputs[name], asked.get(name)?.exact === true)
  })
  const message = {
    json: { model_name: model.name, model_version: '1', ...(typeof json.id === 'string' && { id: json.id }) },
    tensors: await Promise.all(answers),
  }
  const all = isRecord(json.parameters) && json.parameters.binary_data_output === true
  const { body, jsonLength } = writeMessage(
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

/** Which outputs are needed, and how. */
function wishesIn(json: Record<string, unknown>): Map<string, Record<string, unknown>> {
  const listed = Array.isArray(json.outputs) ? json.outputs.slice(0, 64) : []
  return new Map(
    listed.flatMap((output: unknown) => {
      if (!isRecord(output) || typeof output.name !== 'string') return []
      return [[output.name, isRecord(output.parameters) ? output.parameters : {}] as const]
    }),
  )
}

async function readTensors(model: PublishedModel, tensors: Tensor[]): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  checkNames(
    model.fields().inputs,
    tensors.map(({ name }) => name),
  )
  for (const { name, property, type, required } of model.fields().inputs) {
    const tensor = tensors.find((one) => one.name === name) ?? tensors.find((one) => one.name === property)
    if (!tensor && required) throw new RequestError(400, `Missing input: ${name}`)
    if (tensor) values[name] = await fromTensor(type, { ...tensor, name })
  }
  return values
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
