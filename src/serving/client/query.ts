import { codec } from '../../images/index'
import { isSegmentation, readValue } from '../../types/index'
import { jsonPieces } from '../../types/json-pieces'
import { parseJson } from '../http/body'
import { isRecord, readMessage, writeMessage } from '../open-inference/message'
import type { Datatype, Tensor } from '../open-inference/tensor'
import { fromTensor, toTensor } from '../open-inference/values'
import { fromWire, type PictureForm, toWire } from '../wire-forms'
import { type AskOptions, ask, asRemoteError, RemoteError } from './ask'
import { withVersion } from './discover'
import type { RemoteField, RemoteModel } from './remote'

export interface QueryOptions extends AskOptions {
  /**
   * How colour pictures are sent. Default JPEG. Label maps and pictures with transparency are always sent as
   * PNG.
   */
  pictures?: Exclude<PictureForm, 'IDS'>
  /** What the query continues, for a model that remembers. Only another Daisychain is told. */
  sequence?: Sequence
}

/** A series of queries that follow each other. */
export interface Sequence {
  id: string
  /** Whether this query is the first, whatever came before. */
  starts: boolean
}

/**
 * Queries a model elsewhere.
 * @param inputs unprocessed values by input name, which are read and checked here
 * @returns values by output name
 * @throws ValueError with one sentence about an input or the server
 */
export async function queryRemote(
  url: string,
  model: RemoteModel,
  inputs: Record<string, unknown>,
  options: QueryOptions = {},
): Promise<Record<string, unknown>> {
  const values = new Map<RemoteField, unknown>()
  for (const field of model.inputs) {
    const given = inputs[field.name]
    if (given === undefined && !field.required) continue
    values.set(field, await readValue(field.type, given, field.name, codec))
  }
  return model.kind === 'open-inference' ? infer(url, model, values, options) : post(url, model, values, options)
}

async function post(url: string, model: RemoteModel, values: ReadonlyMap<RemoteField, unknown>, options: QueryOptions) {
  const written = Array.from(values, async ([{ name, type }, value]): Promise<[string, unknown]> => {
    return [name, await toWire(value, type, isSegmentation(value) ? 'PNG' : options.pictures)]
  })
  const body = Buffer.concat(await jsonPieces(Object.fromEntries(await Promise.all(written))))
  const route = { sdk: `${url}/${model.name}`, app: `${url}/query`, hosted: `${withVersion(url)}/query` }
  const { body: answer } = await ask(route[model.kind as keyof typeof route], options, { body })
  try {
    return await readAnswer(model.outputs, parseJson(answer))
  } catch (error) {
    throw asRemoteError(error)
  }
}

async function readAnswer(outputs: readonly RemoteField[], answer: unknown): Promise<Record<string, unknown>> {
  if (!isRecord(answer)) throw new RemoteError("the answer isn't an object with outputs")
  if (typeof answer.error === 'string' && !outputs.some(({ name }) => name === 'error'))
    throw new RemoteError(answer.error)
  const [only] = Object.keys(answer)
  const values: Record<string, unknown> = {}
  for (const { name, type } of outputs) {
    // Some models' only output has another name than in their description.
    const isAlone = outputs.length === 1 && Object.keys(answer).length === 1
    const key = Object.hasOwn(answer, name) ? name : isAlone ? (only as string) : null
    if (key === null) throw new RemoteError(`the answer lacks the output ${name}`)
    values[name] = answer[key] === null ? null : await fromWire(type, answer[key], name)
  }
  return outputs.length > 0 ? values : answer
}

async function infer(
  url: string,
  model: RemoteModel,
  values: ReadonlyMap<RemoteField, unknown>,
  options: QueryOptions,
) {
  const tensors = await Promise.all(
    Array.from(values, async ([{ name, type, tensor }, value]) => fitted(await toTensor(name, type, value), tensor)),
  )
  const outputs = model.outputs.map(({ name }) => ({
    name,
    parameters: { ...(!model.lists && { binary_data: true }), ...(model.exact && { exact: true }) },
  }))
  const { id, starts } = options.sequence ?? {}
  const parameters = model.exact && id !== undefined && { parameters: { sequence_id: id, sequence_start: starts } }
  const { body, jsonLength } = await writeMessage(
    { json: { ...parameters, outputs }, tensors },
    'inputs',
    () => !model.lists,
  )
  const headers = {
    'Content-Type': model.lists ? 'application/json' : 'application/octet-stream',
    ...(jsonLength !== null && { 'Inference-Header-Content-Length': String(jsonLength) }),
  }
  const answer = await ask(`${url}/v2/models/${encodeURIComponent(model.name)}/infer`, options, { body, headers })
  try {
    const length = answer.headers.get('inference-header-content-length') ?? undefined
    const { tensors: given } = readMessage(answer.body, length, 'outputs')
    const read: Record<string, unknown> = {}
    for (const { name, type } of model.outputs) {
      const tensor = given.find((one) => one.name === name)
      if (!tensor) throw new RemoteError(`the answer lacks the output ${name}`)
      read[name] = await fromTensor(type, tensor)
    }
    return read
  } catch (error) {
    throw asRemoteError(error)
  }
}

/**
 * The tensor in the form that the server expects: its datatype, and its shape with the free sizes filled in.
 */
function fitted(tensor: Tensor, wanted: RemoteField['tensor']): Tensor {
  if (!wanted || (wanted.datatype === 'BYTES') !== (tensor.datatype === 'BYTES')) return tensor
  const { datatype, shape } = wanted
  const open = shape.filter((size) => size < 0).length
  const known = shape.reduce((product, size) => (size < 0 ? product : product * size), 1)
  const rest = tensor.data.length / known
  const filled = shape.map((size, i) => {
    if (size >= 0) return size
    return open === 1 ? rest : (tensor.shape[tensor.shape.length - shape.length + i] ?? 1)
  })
  const count = filled.reduce((product, size) => product * size, 1)
  if (count !== tensor.data.length) {
    throw new RemoteError(
      `${tensor.name} has ${tensor.data.length} numbers, but the server needs the shape [${shape.join(', ')}]`,
    )
  }
  checkWhole(tensor, datatype)
  return { ...tensor, datatype, shape: filled }
}

/**
 * Checks that whole numbers fit the datatype, which would otherwise truncate them silently.
 * @throws RemoteError
 */
function checkWhole({ name, data, datatype: given }: Tensor, datatype: Datatype): void {
  const [, unsigned, bits] = /^(U?)INT(\d+)$/.exec(datatype) ?? []
  if (bits === undefined || given === datatype) return
  const most = 2 ** (Number(bits) - (unsigned ? 0 : 1))
  const wrong = Array.prototype.find.call(
    data,
    (number: number) => !Number.isInteger(number) || number >= most || number < (unsigned ? 0 : -most),
  )
  if (wrong !== undefined)
    throw new RemoteError(`${name} is ${wrong}, but the server needs whole numbers (${datatype})`)
}
