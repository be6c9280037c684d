import { commandOf, infoOf, readInputs, writeAnswer, writeResult } from '../published'
import { RequestError } from '../request-error'
import { readForms } from '../wire-forms'
import { parseJson, readBody } from './body'
import { type Exchange, onlyBy, reply } from './exchange'
import { readQueryBody } from './query-body'

/** The version of the SDK whose servers these routes are like. */
const SDK_VERSION = '0.6.1'

/**
 * What Runway's servers answer: a model made with its SDK (`/meta`, `/healthcheck`, `/<command>`), the app beside a
 * running model (`/info`, `/query`, `/data`, `/error`), and a hosted model (the same under `/v1`).
 */
export async function answerRunway(exchange: Exchange): Promise<boolean> {
  const { path, model } = exchange
  const name = path.replace(/\/+$/, '') || '/'
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
      // There is nothing to set up, and the SDK's clients do it first.
      if (exchange.request.method !== 'POST') return reply(exchange, [])
      parseJson(await readBody(exchange.request, exchange.limits))
      return reply(exchange, { success: true })
    case '/data':
    case '/error':
      onlyBy('GET', exchange)
      return answerLast(exchange, name)
    case '/query':
    case `/${model.command}`:
      if (exchange.request.method !== 'POST' && name !== '/query') return reply(exchange, commandOf(model))
      onlyBy('POST', exchange)
      return query(exchange)
    default:
      return false
  }
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
      return query(exchange)
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
  if (!last) throw new RequestError(404, 'The last result of this model is not shown to everyone')
  if (path === '/error') return reply(exchange, { error: last.error })
  return reply(exchange, last.outputs ? await writeResult(exchange.model, last.outputs) : {})
}

/** Runs the flow; with `?links=1` the answer holds what came out of every node in between. */
async function query(exchange: Exchange): Promise<true> {
  const { request, search, model, limits, signal } = exchange
  const forms = readForms(request.headers['x-runway-output-format']?.toString())
  model.admit()
  const body = await readBody(request, limits)
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

function isOn(value: string | null): boolean {
  return value !== null && !['', '0', 'false', 'no'].includes(value.toLowerCase())
}
