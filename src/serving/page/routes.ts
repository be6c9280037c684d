import { readFile } from 'node:fs/promises'
import { bearer, checkToken } from '../http/access'
import { readBody } from '../http/body'
import { type Exchange, onlyBy } from '../http/exchange'
import { readQueryBody } from '../http/query-body'
import { send, sendJson } from '../http/reply'
import { readInputs } from '../published'
import { RequestError } from '../request-error'
import { compressed, languageOf, type PageName, pageDocument, wantsPage } from './document'
import { shownFields } from './look'
import { streamRun } from './run'
import { streamMjpeg, streamShow } from './show-stream'
import type { Page, Visit } from './visit'
import type { Visitor } from './visitors'
import { readyToWrite, sendPieces, type Written, written } from './written'

/**
 * A model's page for people: what a browser gets at the model's own address, and the page's own requests. A
 * browser that comes with `?token=…` gets a cookie for it. Addresses for programs don't use cookies.
 * @returns whether the request was for the page
 */
export async function answerPage(exchange: Exchange, page: Page): Promise<boolean> {
  const { request, path } = exchange
  const name = path.replace(/(?<!\/)\/+$/, '') || '/'
  const isDocument = name === '/' ? request.method !== 'POST' && wantsPage(request.headers.accept) : name === '/show'
  if (!isDocument && !name.startsWith('/page/') && !name.startsWith('/show')) return false
  if (isDocument) {
    onlyBy('GET', exchange)
    return sendDocument(exchange, page, name === '/' ? 'page' : 'show')
  }
  const visitor = letIn(exchange, page)
  const visit = { ...exchange, page, visitor }
  switch (name) {
    case '/page/run':
      onlyBy('POST', exchange)
      return run(visit)
    case '/page/history':
      return answerHistory(visit)
    case '/page/picture':
      onlyBy('GET', exchange)
      return sendOwnPicture(visit)
    case '/show/stream':
    case '/show.mjpg':
    case '/show.mjpeg':
      onlyBy('GET', exchange)
      return sendStream(visit, name === '/show/stream' ? streamShow : streamMjpeg)
    default:
      return answerKept(visit, name)
  }
}

/** A list of the visitor's own results, or their removal. */
async function answerHistory({ request, response, headers, page, visitor }: Visit): Promise<true> {
  if (request.method === 'DELETE') page.history.forget(visitor.id)
  else if (request.method !== 'GET') throw new RequestError(405, 'Method not allowed', undefined, 'GET, DELETE')
  const list = page.history.of(visitor.id).map(({ id, at, ms, models, version }) => ({ id, at, ms, models, version }))
  await sendJson(response, 200, list, headers)
  return true
}

/** `/page/history/ID`: one result with its inputs. `/page/again/ID`: runs the same inputs again. */
async function answerKept(visit: Visit, name: string): Promise<boolean> {
  const [, what, id = ''] = /^\/page\/(history|again)\/([\w-]{12})$/.exec(name) ?? []
  if (what === undefined) return false
  const kept = visit.page.history.find(id, visit.visitor.id)
  if (!kept) throw new RequestError(404, 'This result is no longer kept')
  if (what === 'again') {
    onlyBy('POST', visit)
    await runWith(visit, async () => ({ bytes: 0, values: async () => kept.inputs }))
    return true
  }
  onlyBy('GET', visit)
  const { outputs, inputs, ms, at, models, version } = kept
  const { values, pictures } = await readyToWrite([], inputs)
  const head = JSON.stringify({ id, at, ms, models, version })
  const { response, headers } = visit
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  const pieces = [`${head.slice(0, -1)},"inputs":`, ...written(values, pictures), ',"outputs":', ...outputs, '}']
  await sendPieces(response, pieces)
  response.end()
  return true
}

function sendStream({ request, response, search, headers, page }: Visit, stream: typeof streamShow): true {
  if (request.method === 'HEAD') send(response, 200, Buffer.alloc(0), headers)
  else stream(page.show, response, headers, search.get('output'))
  return true
}

/** @throws RequestError 401 */
function letIn({ request, search }: Exchange, { visitors, access }: Page): Visitor {
  const known = visitors.known(request)
  if (known) return known
  checkToken(bearer(request.headers) ?? search.get('token') ?? undefined, access)
  return visitors.meet(request)
}

function sendDocument(exchange: Exchange, page: Page, name: PageName): true {
  const { request, response, search, headers } = exchange
  const { visitors, access, options } = page
  const language = languageOf(request.headers['accept-language'])
  const asked = search.get('token')
  const vary = { Vary: [headers.Vary, 'Accept', 'Accept-Language', 'Accept-Encoding'].filter(Boolean).join(', ') }
  const give = (status: number, more: Record<string, string>, data: object) => {
    const document = pageDocument(name, language, options.title, { ...data, words: options.words(language), language })
    const { body, headers: coding } = compressed(document.html, String(request.headers['accept-encoding'] ?? ''))
    send(response, status, body, { ...headers, ...document.headers, ...coding, ...vary, ...more })
    return true as const
  }
  let visitor: Visitor
  try {
    visitor = letIn(exchange, page)
  } catch {
    return give(401, {}, { isPrivate: true, isWrong: asked !== null, title: '' })
  }
  const cookie: Record<string, string> = visitor.cookie ? { 'Set-Cookie': visitor.cookie } : {}
  if (asked !== null && access.token !== '') {
    // Redirects without the token, which keeps it out of the browser's history and of referrers.
    const rest = [...search].filter(([key]) => key !== 'token')
    const query = rest.length > 0 ? `?${new URLSearchParams(rest)}` : ''
    const self = request.url?.split('?')[0]?.split('/').at(-1) ?? ''
    const fresh = visitors.meet(request)
    send(response, 303, Buffer.alloc(0), {
      ...headers,
      ...vary,
      ...(fresh.cookie && { 'Set-Cookie': fresh.cookie }),
      Location: `${self || './'}${query}`,
      'Referrer-Policy': 'no-referrer',
    })
    return true
  }
  const { model, limits } = exchange
  const { title, color, picture } = options
  return give(200, cookie, {
    ...shownFields(model.fields(), options, language),
    ...{ title, color, hasPicture: picture !== '', about: model.description, limit: limits.limit },
    isShared: model.last !== null,
  })
}

async function run(visit: Visit): Promise<true> {
  const { request, model, limits } = visit
  await runWith(visit, async () => {
    const body = await readBody(request, limits)
    return { bytes: body.length, values: async () => readQueryBody(body, model.fields().inputs) }
  })
  return true
}

/** Values for a run. They are known once the body has arrived, and read when there is a place. */
interface Given {
  bytes: number
  values(): Promise<unknown>
}

async function runWith(visit: Visit, take: () => Promise<Given>): Promise<void> {
  const { request, search, model, page, visitor } = visit
  const end = page.visitors.begin(visitor, request.socket.remoteAddress ?? '')
  try {
    const { bytes, values } = await take()
    let inputs: Record<string, unknown> = {}
    const read = async () => {
      const given = await values()
      const read = await readInputs(model.fields().inputs, given)
      inputs = given as Record<string, unknown>
      return read
    }
    const keep = (outputs: Written, ms: number) => {
      const made = { models: model.models?.() ?? [], version: page.options.version }
      const id = page.history.add({ visitor: visitor.id, inputs, outputs, ms, ...made })
      return { ...made, ...(id && { id }) }
    }
    await streamRun(visit, read, { links: search.get('links') === '1', bytes, keep })
  } finally {
    end()
  }
}

const KINDS: [RegExp, string][] = [
  [/^\x89PNG/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^RIFF....WEBP/s, 'image/webp'],
  [/^GIF8/, 'image/gif'],
]

/** The picture named in the settings. */
async function sendOwnPicture({ page, response, headers }: Visit): Promise<true> {
  const { picture } = page.options
  const bytes = picture === '' ? null : await readFile(picture).catch(() => null)
  const kind = KINDS.find(([begin]) => begin.test(bytes?.subarray(0, 12).toString('latin1') ?? ''))?.[1]
  if (!bytes || !kind) throw new RequestError(404, 'There is no picture')
  send(response, 200, bytes, { ...headers, 'Content-Type': kind, 'Cache-Control': 'max-age=300' })
  return true
}
