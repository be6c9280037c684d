import type { PortType } from '../../types/index'
import { isRecord } from '../open-inference/message'
import { isDatatype } from '../open-inference/tensor'
import { isRequired, typeOfSchema } from '../read-schema'
import type { Schema } from '../schema'
import { type AskOptions, addressOf, askJson, RemoteError } from './ask'
import { type RemoteField, type RemoteKind, type RemoteModel, withProperties } from './remote'

/** Maximum number of models or commands that are considered. */
const MAX_MODELS = 50

/** A server's protocol, and what it offers. */
export interface Discovered {
  kind: RemoteKind
  /** The address without the parts for single requests. */
  url: string
  models: RemoteModel[]
}

/**
 * Asks a server for its inputs and outputs.
 * @param address as people paste it: with or without `/query`, `/info`, `/v2/models/…`
 * @param kind its protocol; null: to be detected
 * @throws RemoteError
 */
export async function discover(
  address: string,
  kind: RemoteKind | null,
  options: AskOptions = {},
): Promise<Discovered> {
  const { url, model } = plainAddress(address)
  if (kind) return { kind, url, models: await ASKING[kind](url, options, model) }
  const order: RemoteKind[] = url.endsWith('/v1') ? ['hosted'] : ['open-inference', 'sdk', 'app', 'hosted']
  let last: unknown
  for (const each of order) {
    try {
      const models = await ASKING[each](url, options, model)
      if (models.length > 0) return { kind: each, url, models }
    } catch (error) {
      // If a server is unreachable or requires a token, trying other protocols is pointless.
      const speaksElse =
        error instanceof RemoteError &&
        (error.reason === 'not-json' || (error.status !== undefined && error.status !== 401))
      if (!speaksElse) throw error
      last = error
    }
  }
  const { host } = new URL(url)
  throw new RemoteError(
    `${host} answers, but supports neither Runway's protocols nor the Open Inference Protocol${last instanceof RemoteError && last.status === 404 ? '' : ` (${(last as Error)?.message})`}`,
  )
}

/** The address without the parts for single requests, and the model named in it. */
export function plainAddress(address: string): { url: string; model: string | null } {
  const url = addressOf(address)
  const path = url.pathname.replace(/\/+$/, '')
  const named = /^(.*)\/v2\/models\/([^/]+)/.exec(path)
  const plain = named?.[1] ?? path.replace(/\/(query|info|meta|data|healthcheck|v2)$/, '')
  return { url: url.origin + plain, model: named?.[2] ? decodeURIComponent(named[2]) : null }
}

type Asking = (url: string, options: AskOptions, model: string | null) => Promise<RemoteModel[]>

const ASKING: Record<RemoteKind, Asking> = {
  sdk: async (url, options) => {
    const meta = await askJson(`${url}/meta`, options)
    const commands = isRecord(meta) && Array.isArray(meta.commands) ? meta.commands : null
    if (!commands) throw new RemoteError(`${url}/meta lists no commands`, 404)
    return commands
      .filter(isRecord)
      .slice(0, MAX_MODELS)
      .map((command) => modelOf('sdk', String(command.name ?? ''), command))
  },
  app: async (url, options) => [modelOf('app', 'query', await askJson(`${url}/info`, options))],
  hosted: async (url, options) => {
    const info = await askJson(`${withVersion(url)}/info`, options)
    return [modelOf('hosted', 'query', info)]
  },
  'open-inference': async (url, options, model) => {
    const names = model === null ? await namesOf(url, options) : [model]
    const models = await Promise.all(
      names.map(async (name) =>
        tensorModel(name, await askJson(`${url}/v2/models/${encodeURIComponent(name)}`, options)),
      ),
    )
    const lists = await takesLists(url, options)
    return lists ? models.map((one) => ({ ...one, lists })) : models
  },
}

/** The address with `/v1`, as for hosted models. */
export function withVersion(url: string): string {
  return url.endsWith('/v1') ? url : `${url}/v1`
}

function modelOf(kind: RemoteKind, name: string, schema: unknown): RemoteModel {
  const { inputs, outputs, description } = isRecord(schema) ? schema : {}
  if (!Array.isArray(inputs) || !Array.isArray(outputs))
    throw new RemoteError("the answer doesn't list the inputs and outputs", 404)
  return {
    kind,
    name,
    description: typeof description === 'string' ? description : '',
    inputs: withProperties(inputs.filter(isSchema).map(fieldOf)),
    outputs: withProperties(outputs.filter(isSchema).map(fieldOf)),
  }
}

function fieldOf(schema: Schema): RemoteField {
  const { description, ...type } = typeOfSchema(schema) as PortType & { description?: string }
  return {
    name: schema.name,
    property: schema.name,
    type: type as PortType,
    required: isRequired(schema),
    help: description ?? '',
  }
}

function isSchema(value: unknown): value is Schema {
  return isRecord(value) && typeof value.name === 'string' && value.name !== '' && value.name !== '__proto__'
}

async function namesOf(url: string, options: AskOptions): Promise<string[]> {
  await askJson(`${url}/v2`, options)
  let index: unknown
  try {
    index = await askJson(`${url}/v2/repository/index`, options, { body: '{}' })
  } catch (error) {
    if (error instanceof RemoteError && error.status !== undefined) {
      throw new RemoteError('the server does not list its models: write the address as …/v2/models/NAME', 400)
    }
    throw error
  }
  const entries = Array.isArray(index) ? index.filter(isRecord) : []
  return [...new Set(entries.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])))].slice(0, MAX_MODELS)
}

/** Whether a server lists its extensions, but not the one for tensors as bytes. */
async function takesLists(url: string, options: AskOptions): Promise<boolean> {
  const about = await askJson(`${url}/v2`, options).catch(() => null)
  const extensions = isRecord(about) ? about.extensions : null
  return Array.isArray(extensions) && !extensions.includes('binary_tensor_data')
}

function tensorModel(name: string, metadata: unknown): RemoteModel {
  const { inputs, outputs, platform } = isRecord(metadata) ? metadata : {}
  if (!Array.isArray(inputs) || !Array.isArray(outputs))
    throw new RemoteError(`the server returned no metadata for the model ${name}`, 404)
  return {
    kind: 'open-inference',
    name,
    description: '',
    inputs: withProperties(inputs.filter(isSchema).map(tensorField)),
    outputs: withProperties(outputs.filter(isSchema).map(tensorField)),
    ...(platform === 'daisychain' && { exact: true }),
  }
}

function tensorField(info: Record<string, unknown> & { name: string }): RemoteField {
  const { name, datatype, parameters } = info
  const shape = Array.isArray(info.shape) ? info.shape.map(Number) : []
  if (!isDatatype(datatype))
    throw new RemoteError(`${name} is of the datatype ${JSON.stringify(datatype)}, which Daisychain doesn't know`)
  const tensor = { datatype, shape }
  const schema = isRecord(parameters) && isRecord(parameters.schema) ? (parameters.schema as Schema) : null
  if (schema) return { ...fieldOf({ ...schema, name }), tensor }
  return { name, property: name, type: typeOfTensor(datatype, shape), required: true, help: '', tensor }
}

/** The type of a tensor's possible contents, given only its form. */
function typeOfTensor(datatype: string, shape: readonly number[]): PortType {
  const sizes = shape.slice(shape[0] === -1 || shape[0] === 1 ? 1 : 0)
  const isOne = sizes.every((size) => size === 1)
  if (datatype === 'BYTES') return isOne ? { type: 'text' } : { type: 'array', itemType: { type: 'text' } }
  if (datatype === 'BOOL') return isOne ? { type: 'boolean' } : { type: 'array', itemType: { type: 'boolean' } }
  const [channels] = sizes.slice(2)
  if (datatype === 'UINT8' && sizes.length === 3 && (channels === 1 || channels === 3 || channels === 4))
    return { type: 'image', channels }
  if (isOne) return { type: 'number' }
  const isKnown = sizes.every((size) => size > 0)
  return isKnown ? { type: 'vector', length: sizes.reduce((product, size) => product * size, 1) } : { type: 'vector' }
}
