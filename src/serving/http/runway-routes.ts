import { isImage, isSegmentation } from '../../types/index'
import { commandOf, infoOf, readInputs, writeAnswer, writeResult } from '../published'
import { asRequestError, RequestError } from '../request-error'
import { readForms, toWire } from '../wire-forms'
import { parseJson, readBody } from './body'
import { type Exchange, onlyBy, reply, shown } from './exchange'
import { readQueryBody } from './query-body'
import { send } from './reply'

/** The version of the SDK that these routes follow. */
const SDK_VERSION = '0.6.1'

/**
 * The interfaces of Runway's servers: a model made with its SDK (`/meta`, `/healthcheck`, `/<command>`), the
 * app with a running model (`/info`, `/query`, `/data`, `/error`), and a hosted model (the same under `/v1`).
 */
export async function answerRunway(exchange: Exchange): Promise<boolean> {
  const { path, model } = exchange
  const name = path.replace(/(?<!\/)\/+$/, '') || '/'
  const hosted = /^\/v1(\/.*)?$/.exec(name)
  if (hosted) return answerHosted(exchange, hosted[1] ?? '')
  switch (name) {
    case '/':
    case '/meta':
      onlyBy('GET', exchange)
      return reply(exchange, metaOf(exchange))
    case '/healthcheck':
      onlyBy('GET', exchange)
      return reply(exchange, { status: 'RUNNING' })
    case '/info':
      onlyBy('GET', exchange)
      return reply(exchange, infoOf(model))
    case '/setup':
      // No setup is needed, but the SDK's clients request it first.
      if (exchange.request.method !== 'POST') return reply(exchange, [])
      parseJson(await readBody(exchange.request, exchange.limits))
      return reply(exchange, { success: true })
    case '/data.jpg':
    case '/data.png':
    case '/data.webp':
      onlyBy('GET', exchange)
      return sendPicture(exchange, name.slice('/data.'.length))
    case '/data':
    case '/error':
      onlyBy('GET', exchange)
      return answerLast(exchange, name)
    case '/query':
    case `/${model.command}`:
      if (exchange.request.method !== 'POST' && name !== '/query') return reply(exchange, commandOf(model))
      if (exchange.request.method === 'GET' && isAskedByAddress(exchange)) return query(exchange)
      onlyBy('POST', exchange)
      return query(exchange)
    default:
      return false
  }
}

/**
 * Whether this is a query in an address, for tools that can only open addresses: `/query`, if no input is
 * required, or `/query?prompt=a+cat`.
 */
function isAskedByAddress({ model, search }: Exchange): boolean {
  const { inputs } = model.fields()
  return [...search.keys()].some((key) => key !== 'links') || !inputs.some(({ required }) => required)
}

async function answerHosted(exchange: Exchange, path: string): Promise<boolean> {
  switch (path) {
    case '':
      return reply(exchange, { status: 'running', queryRoute: '/v1/query', dataRoute: null, errorRoute: null })
    case '/info': {
      const { name, description } = exchange.model
      return reply(exchange, { name, description: description || null, ...infoOf(exchange.model) })
    }
    case '/query':
      onlyBy('POST', exchange)
      return query(exchange).catch((error) => {
        // Clients of hosted models retry after 429, but give up after 503.
        const { status, message, retryAfter } = asRequestError(error)
        throw status === 503 && retryAfter !== undefined ? new RequestError(429, message, retryAfter) : error
      })
    default:
      return false
  }
}

function metaOf({ model }: Exchange) {
  const now = performance.now()
  return {
    modelSDKVersion: SDK_VERSION,
    millisRunning: Math.round(now - model.startedAt),
    millisSinceLastCommand: model.lastQueryAt === null ? null : Math.round(now - model.lastQueryAt),
    GPU: false,
    options: [],
    commands: [commandOf(model)],
  }
}

async function answerLast(exchange: Exchange, path: '/data' | '/error'): Promise<boolean> {
  const { last } = exchange.model
  if (!last) throw new RequestError(404, "This model doesn't share its last result")
  if (path === '/error') return reply(exchange, { error: last.error })
  return reply(exchange, last.outputs ? await writeResult(exchange.model, last.outputs) : {})
}

/**
 * The last picture as such, for anything that displays pictures by address: the first output that is a
 * picture, or `?output=NAME`.
 */
async function sendPicture({ model, search, response, headers }: Exchange, ending: string): Promise<true> {
  if (!model.last) throw new RequestError(404, "This model doesn't share its last result")
  const asked = search.get('output')
  const found = Object.entries(model.last.outputs ?? {}).find(([name, value]) =>
    asked === null ? isImage(value) || isSegmentation(value) : name === asked,
  )
  if (!found)
    throw new RequestError(404, asked === null ? 'There is no picture yet' : `There is no output "${shown(asked)}"`)
  const text = await toWire(found[1], { type: 'any' }, ending === 'jpg' ? 'JPEG' : ending === 'png' ? 'PNG' : 'WEBP')
  const [, mime, data] = /^data:(image\/[\w]+);base64,(.*)$/s.exec(typeof text === 'string' ? text : '') ?? []
  if (mime === undefined || data === undefined) throw new RequestError(404, `${shown(found[0])} isn't a picture`)
  send(response, 200, Buffer.from(data, 'base64'), { ...headers, 'Content-Type': mime })
  return true
}

/** Runs the flow. With `?links=1`, the response includes the output of every node in between. */
async function query(exchange: Exchange): Promise<true> {
  const { request, search, model, limits, signal } = exchange
  const forms = readForms(request.headers['x-runway-output-format']?.toString())
  model.admit()
  const body = request.method === 'GET' ? addressBody(exchange) : await readBody(request, limits)
  const links = isOn(search.get('links'))
  const answer = await model.query(
    async () => {
      const { inputs } = model.fields()
      return readInputs(inputs, await readQueryBody(body, inputs))
    },
    { links, signal },
  )
  return reply(exchange, await writeAnswer(model, answer, { forms, links }))
}

/**
 * The inputs in the address, as a form's body. Refused if another page may have opened the address, because
 * browsers then send no origin.
 */
function addressBody({ request, search }: Exchange): Buffer {
  const site = request.headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site')
    throw new RequestError(403, 'Web pages from another address may read results here, but must use POST for queries')
  const pairs = [...search].filter(([key]) => key !== 'links')
  return Buffer.from(pairs.length > 0 ? new URLSearchParams(pairs).toString() : '{}')
}

function isOn(value: string | null): boolean {
  return value !== null && !['', '0', 'false', 'no'].includes(value.toLowerCase())
}
