import { inPieces } from '../../types/index'
import { jsonPieces } from '../../types/json-pieces'
import { parseJson } from '../http/body'
import { RequestError } from '../request-error'
import { countOf, isDatatype, readElements, type Tensor, writeElements } from './tensor'

/** A request or response of `infer`: JSON, and the tensors under `inputs` or `outputs`. */
export interface Message {
  json: Record<string, unknown>
  tensors: Tensor[]
}

export type TensorList = 'inputs' | 'outputs'

const MOST_TENSORS = 64

/**
 * Reads a message whose tensors are in the JSON or after it (the binary extension).
 * @param jsonLength the header `Inference-Header-Content-Length`; without it, all is JSON
 * @throws RequestError
 */
export function readMessage(body: Buffer, jsonLength: string | undefined, list: TensorList): Message {
  const length = jsonLength === undefined ? body.length : Number(jsonLength)
  if (!Number.isInteger(length) || length < 0 || length > body.length) {
    throw new RequestError(
      400,
      'Inference-Header-Content-Length is not the length of the JSON at the start of the body',
    )
  }
  const json = parseJson(body.subarray(0, length))
  if (!isRecord(json)) throw new RequestError(400, 'The body must be a JSON object with tensors')
  const listed = json[list]
  if (!Array.isArray(listed) || listed.length > MOST_TENSORS) {
    throw new RequestError(400, `"${list}" must be a list of tensors`)
  }
  let at = length
  const tensors = listed.map((entry: unknown): Tensor => {
    const { name, shape, datatype, parameters, count } = readHead(entry)
    const size = parameters?.binary_data_size
    if (size === undefined)
      return {
        name,
        shape,
        datatype,
        parameters,
        data: readList((entry as { data?: unknown }).data, datatype, count, name),
      }
    if (!Number.isInteger(size) || (size as number) < 0 || at + (size as number) > body.length) {
      throw new RequestError(400, `${name}: "binary_data_size" doesn't match the number of bytes after the JSON`)
    }
    const bytes = body.subarray(at, at + (size as number))
    at += size as number
    return { name, shape, datatype, parameters, data: readElements(bytes, datatype, count, name) }
  })
  if (at !== body.length) throw new RequestError(400, 'There are more bytes after the JSON than its tensors need')
  return { json, tensors }
}

/** Writes a message. @param isBinary which tensors go after the JSON */
export async function writeMessage(
  { json, tensors }: Message,
  list: TensorList,
  isBinary: (tensor: Tensor) => boolean,
): Promise<{ body: Buffer; jsonLength: number | null }> {
  const parts: Buffer[] = []
  const listed: object[] = []
  for (const tensor of tensors) {
    const { data, ...head } = tensor
    if (!isBinary(tensor)) {
      listed.push({ ...head, data: await listOf(tensor) })
      continue
    }
    const bytes = writeElements(tensor)
    parts.push(bytes)
    listed.push({ ...head, parameters: { ...head.parameters, binary_data_size: bytes.length } })
  }
  const text = await jsonPieces({ ...json, [list]: listed })
  const jsonLength = text.reduce((sum, { length }) => sum + length, 0)
  return { body: Buffer.concat([...text, ...parts]), jsonLength: parts.length > 0 ? jsonLength : null }
}

function readHead(entry: unknown) {
  if (!isRecord(entry) || typeof entry.name !== 'string') throw new RequestError(400, 'Each tensor must have a name')
  const { datatype, shape, parameters } = entry
  const name = entry.name.slice(0, 100)
  if (!isDatatype(datatype))
    throw new RequestError(400, `${name}: the datatype ${JSON.stringify(datatype)?.slice(0, 40)} isn't supported`)
  const count = countOf(shape, name)
  return { name, datatype, shape: shape as number[], count, parameters: isRecord(parameters) ? parameters : undefined }
}

/** Elements in JSON: flat, or nested according to the shape. */
function readList(data: unknown, datatype: Tensor['datatype'], count: number, name: string): Tensor['data'] {
  // Lists without nested lists aren't flattened, because that takes long.
  const isNested = Array.isArray(data) && data.some(Array.isArray)
  const flat = isNested ? (data.flat(8) as unknown[]) : Array.isArray(data) ? data : null
  if (!flat || flat.length !== count) {
    throw new RequestError(400, `${name}: "data" must be a list of ${count} elements, as its shape says`)
  }
  if (datatype === 'BYTES') {
    if (!flat.every((item) => typeof item === 'string'))
      throw new RequestError(400, `${name}: its elements must be strings`)
    return flat.map((item) => Buffer.from(item as string))
  }
  const isRight = (item: unknown) => typeof item === 'number' || (datatype === 'BOOL' && typeof item === 'boolean')
  if (!flat.every(isRight)) throw new RequestError(400, `${name}: its elements must be numbers`)
  return flat.map(Number)
}

/** Maximum elements of a tensor sent in JSON: a picture of 1600 × 1600 pixels. */
const MOST_IN_JSON = 8_000_000

/** @throws RequestError if there are too many */
async function listOf({ name, datatype, data }: Tensor): Promise<unknown[]> {
  if (data.length > MOST_IN_JSON) {
    const wish = '"parameters": {"binary_data": true}'
    throw new RequestError(400, `${name} has ${data.length} elements, too many for JSON: ask for it with ${wish}`)
  }
  const list: unknown[] = []
  await inPieces(data.length, (from, to) => {
    for (let i = from; i < to; i++) list.push(inJson(datatype, data[i] as number | Uint8Array))
  })
  return list
}

function inJson(datatype: Tensor['datatype'], element: number | Uint8Array): unknown {
  if (typeof element !== 'number') return Buffer.from(element).toString('utf8')
  if (datatype === 'BOOL') return Boolean(element)
  return Number.isFinite(element) ? element : null
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
